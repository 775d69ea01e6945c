"""The chooser's weights, fitted by `bench.offline_quality.calibrate` on the development set."""

WEIGHTS: tuple[float, ...] = (
    6.011,  # example
    4.207,  # description
    1.993,  # lead
    0.776,  # verb
    0.469,  # name_verb
    -0.033,  # verb_clash
    2.479,  # nouns
    3.050,  # identifier
    0.967,  # enum
    1.673,  # moment
    1.073,  # contact
    1.575,  # money
    1.311,  # number
    1.687,  # place
    1.692,  # bare_number
    -0.682,  # stray
    1.722,  # problem
    1.372,  # problem_near
    0.048,  # no_noun
    -1.091,  # action_question
    -3.091,  # action_how_to
    -0.622,  # action_statement
    1.423,  # read_question
    -0.376,  # read_how_to
    4.325,  # knowledge
    2.785,  # knowledge_near
    -2.684,  # knowledge_plain
    1.457,  # knowledge_question
    3.035,  # knowledge_how_to
    -0.176,  # knowledge_request
    -1.713,  # knowledge_entity
    7.750,  # handoff
    2.484,  # handoff_cue
)
NONE_SCORE = 4.071
LEAST_PROBABILITY = 0.3
LEAST_PROBABILITY_ACTION = 0.5
