/** The tour of the person who is signed in: what is done, and what is remembered of it with the account. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { analyticsQueries } from "@/api/analytics";
import { preferenceQueries, preferences } from "@/api/preferences";
import { toast } from "@/components/patterns/toasts";
import { memoryOf, progressOf, saw, type Step, type TourMemory } from "./steps";

const LOOK_AGAIN_MS = 2500;

/** `watching` looks for facts that come true while one is on another page. */
export function useTour({ watching = false }: { watching?: boolean } = {}) {
  const queries = useQueryClient();
  const remembered = useQuery(preferenceQueries.all());
  const memory = memoryOf(remembered.data);
  const wanted = remembered.data !== undefined && !memory.put_away && (!watching || memory.begun === true);
  const facts = useQuery({
    ...analyticsQueries.firstSteps(),
    enabled: wanted,
    refetchInterval: watching ? LOOK_AGAIN_MS : false,
  });

  const { mutate } = useMutation({
    mutationFn: (tour: TourMemory) => preferences.save({ tour }),
    // Shown at once; what the server remembers then takes its place.
    onMutate: (tour) => queries.setQueryData(preferences.key, { ...remembered.data, tour }),
    onSuccess: (values) => queries.setQueryData(preferences.key, values),
    onError: (error) => {
      toast.failed(error);
      void queries.invalidateQueries({ queryKey: preferences.key });
    },
  });
  const see = useCallback(
    (step: Step) => {
      const next = saw(memory, step);
      if (next !== memory) mutate(next);
    },
    [memory, mutate],
  );
  return {
    memory,
    known: remembered.data !== undefined,
    facts: wanted ? facts.data : undefined,
    progress: wanted && facts.data ? progressOf(facts.data, memory) : undefined,
    see,
    begin: () => !memory.begun && mutate({ ...memory, begun: true }),
    putAway: () => mutate({ ...memory, put_away: true }),
    bringBack: () => mutate({ ...memory, put_away: false }),
  };
}
