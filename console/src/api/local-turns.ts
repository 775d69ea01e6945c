/** Conversations whose turn streams into this tab: their rows are read again when it ends, not while it runs. */
const counts = new Map<string, number>();

export const localTurns = {
  /** Holds back what the event stream would have read again; returns what ends it. */
  begin(conversation: string): () => void {
    counts.set(conversation, (counts.get(conversation) ?? 0) + 1);
    return () => {
      const left = (counts.get(conversation) ?? 1) - 1;
      if (left) counts.set(conversation, left);
      else counts.delete(conversation);
    };
  },
  has: (conversation: unknown): boolean => typeof conversation === "string" && counts.has(conversation),
};
