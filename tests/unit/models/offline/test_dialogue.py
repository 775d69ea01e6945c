"""How the offline model leads a conversation: asking, correcting, confirming, giving up."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.models.offline.conftest import DEMO, TEXT, tool


def test_a_message_with_everything_calls_the_tool_at_once(talk: Any) -> None:
    talk.say("Book a demo tomorrow at 3 pm. My name is Anna Kovács and my email is anna@kovacs.hu")
    assert talk.calls == [
        ("book_demo", {"name": "Anna Kovács", "email": "anna@kovacs.hu", "date": "2026-03-12", "time": "15:00"})
    ]


def test_missing_arguments_are_asked_for_and_bare_replies_fill_them(talk: Any) -> None:
    assert "your name and your e-mail address" in talk.say("I'd like to book a demo")
    assert "the date and the time" in talk.say("Anna Kovács, anna@x.hu")
    talk.say("tomorrow at 3")
    assert talk.calls == [
        ("book_demo", {"name": "Anna Kovács", "email": "anna@x.hu", "date": "2026-03-12", "time": "15:00"})
    ]


def test_a_later_word_corrects_an_earlier_one(talk: Any) -> None:
    talk.say("Book a demo on Thursday at 10, I'm Tom Hill")
    talk.say("no, on Friday instead")
    talk.say("tom@hill.uk")
    assert talk.calls[0][1]["date"] == "2026-03-13"


def test_an_email_given_turns_ago_is_not_asked_for_again(talk: Any) -> None:
    talk.say("Hi, my email is tom@hill.uk")
    talk.say("What is the warranty on chairs?")
    answer = talk.say("Book a demo on Friday at 10, I'm Tom Hill")
    assert talk.calls[-1][1]["email"] == "tom@hill.uk"
    assert "e-mail" not in answer


def test_what_memory_knows_of_the_contact_fills_its_arguments(start: Callable[..., Any]) -> None:
    talk = start(system="You are Mia.\nKnown about the contact:\n- name: Eva Long\n- email: eva@long.com")
    talk.say("Book a demo on Friday at 10 am")
    assert talk.calls == [
        ("book_demo", {"name": "Eva Long", "email": "eva@long.com", "date": "2026-03-13", "time": "10:00"})
    ]


def test_a_value_outside_its_bounds_is_asked_for_again_with_the_reason(talk: Any) -> None:
    answer = talk.say("How much are 900 Ergo chairs?")
    assert "must be at most 500" in answer
    assert talk.calls == []
    talk.say("400")
    assert talk.calls == [("get_quote", {"product": "Ergo chairs", "quantity": 400})]


def test_a_task_can_be_abandoned(talk: Any) -> None:
    talk.say("I'd like to book a demo")
    assert "I will not book" in talk.say("never mind")
    talk.say("Anna Kovács, anna@x.hu")
    assert talk.calls == []


def test_a_side_question_is_answered_and_the_task_taken_up_again(talk: Any) -> None:
    talk.say("I'd like to book a demo on Friday at 10")
    answer = talk.say("What is the warranty?")
    assert "two years" in answer
    assert "please tell me your name" in answer
    talk.say("Anna Kovács, anna@x.hu")
    assert talk.called == ["search_knowledge", "book_demo"]


def test_a_high_risk_tool_is_called_only_after_a_yes_to_its_own_question(talk: Any) -> None:
    question = talk.say("I want a refund for NW-12345")
    assert "Please confirm" in question
    assert "NW-12345" in question
    assert talk.calls == []
    talk.say("yes")
    assert talk.calls == [("refund_order", {"order_id": "NW-12345"})]


def test_a_yes_without_our_question_calls_nothing_of_high_risk(talk: Any) -> None:
    talk.say("yes, refund NW-12345, go ahead, I confirm")
    assert talk.calls == []


@pytest.mark.parametrize("reply", ["no", "no, leave it", "never mind", "wait, don't"])
def test_a_no_to_the_confirmation_calls_nothing(talk: Any, reply: str) -> None:
    talk.say("Please refund NW-12345")
    talk.say(reply)
    assert talk.calls == []


def test_a_yes_with_a_reservation_is_no_yes(talk: Any) -> None:
    talk.say("Please refund NW-12345")
    talk.say("yes but wait, not now")
    assert talk.calls == []


def test_an_edit_of_the_confirmation_is_confirmed_anew(talk: Any) -> None:
    talk.say("Please refund NW-12345")
    assert "NW-54321" in talk.say("no, it's NW-54321")
    assert talk.calls == []
    talk.say("yes")
    assert talk.calls == [("refund_order", {"order_id": "NW-54321"})]


def test_a_confirmation_survives_a_side_question(talk: Any) -> None:
    talk.say("Please refund NW-12345")
    assert "Shall I go ahead?" in talk.say("What is the warranty?")
    talk.say("yes")
    assert talk.called == ["search_knowledge", "refund_order"]


@pytest.mark.parametrize(
    "text",
    [
        "Don't refund NW-12345", "I don't want to book a demo", "There is no need to open a ticket",
        "I already booked a demo last week", "please do not refund anything",
    ],
)  # fmt: skip
def test_what_is_refused_or_past_begins_no_action(talk: Any, text: str) -> None:
    answer = talk.say(text)
    assert talk.calls == []
    assert "Please confirm" not in answer
    assert "please tell me" not in answer


def test_two_wishes_in_one_message_are_served_in_order(talk: Any) -> None:
    answer = talk.say("Where is my order NW-12345? Also please open a ticket, my lamp is broken.")
    assert talk.called == ["order_status"]
    assert "shipped" in answer
    assert "e-mail address" in answer
    talk.say("joe@web.com")
    assert talk.called == ["order_status", "create_ticket"]


def test_an_elliptic_question_repeats_the_last_search_with_the_change(talk: Any) -> None:
    talk.say("Show me desks under 500 euros")
    talk.say("and under 300?")
    assert [arguments["max_price"] for _, arguments in talk.calls] == [500, 300]


def test_it_refers_to_the_order_spoken_of(talk: Any) -> None:
    talk.say("Where is my order NW-12345?")
    assert "NW-12345" in talk.say("please refund it")


def test_the_second_one_refers_to_the_second_result(talk: Any) -> None:
    talk.say("Do you have standing desks?")
    talk.say("Quote me 3 of the second one")
    assert talk.calls[-1] == ("get_quote", {"product": "Oak Desk", "quantity": 3})


def test_a_refused_value_is_asked_for_with_the_choices_and_the_rest_is_kept(start: Any) -> None:
    fault = {
        "code": "record_not_found",
        "message": "Nothing in products is called 'Pro chair'.",
        "hint": "There are: Ergo Chair, Oak Desk.",
        "field": "product",
    }
    talk = start(results={"get_quote": {"error": fault}})
    asked = talk.say("How much are 12 Pro chairs?")
    assert "There are: Ergo Chair, Oak Desk." in asked and asked.endswith("please tell me the product.")
    talk.results["get_quote"] = {"item": "Oak Desk", "total": 10}
    talk.say("ok the oak one then")
    assert talk.calls[-1] == ("get_quote", {"product": "Oak Desk", "quantity": 12})


def test_an_ok_followed_by_something_else_agrees_to_nothing(talk: Any) -> None:
    talk.say("Refund NW-12345")
    talk.say("ok Atlas then")
    assert talk.called == []
    talk.say("yes")
    assert talk.called == ["refund_order"]


def test_a_part_of_the_day_looks_up_free_times_and_the_first_of_them_is_booked(start: Any) -> None:
    times = tool(
        "find_demo_times",
        "Find free times for a demo.",
        {"date": {**TEXT, "format": "date"}, "time_from": {**TEXT, "format": "time"}},
        [],
    )
    slots = [{"date": "2026-03-12", "time": "09:00"}, {"date": "2026-03-12", "time": "10:00"}]
    talk = start(tools=(DEMO, times), results={"find_demo_times": slots})
    offered = talk.say("I'd like to book a demo tomorrow morning")
    assert talk.calls == [("find_demo_times", {"date": "2026-03-12", "time_from": "06:00"})]
    assert "Free on Thursday 12 March 2026: 09:00, 10:00." in offered and "please tell me" in offered
    talk.say("the first one")
    talk.say("Anna Kovács, anna@kovacs.hu")
    person = {"name": "Anna Kovács", "email": "anna@kovacs.hu"}
    assert talk.calls[-1] == ("book_demo", {**person, "date": "2026-03-12", "time": "09:00"})


def test_another_script_within_a_task_is_told_from_a_value_and_the_task_goes_on(talk: Any) -> None:
    talk.say("I'd like to book a demo on Friday at 10")
    answer = talk.say("मेरा नाम")
    assert "speaks only English" in answer and answer.endswith("please tell me your name and your e-mail address.")
    talk.say("Anna Kovács, anna@kovacs.hu")
    assert talk.called == ["book_demo"]


def test_a_question_that_gets_no_answer_twice_is_left_with_the_offer_of_a_person(talk: Any) -> None:
    talk.say("Where is my order?")
    talk.say("blue")
    assert talk.say("green").endswith("Would you like to talk to a person?")
