/** What the health of the models says, in two lists of names. */
interface Provider {
  configured?: boolean;
  models?: Record<string, { breaker: string }>;
}

const NAMES: Record<string, string> = { openai: "OpenAI", anthropic: "Anthropic", google: "Google" };

export function modelsOf(told: Record<string, unknown>): { ready: string[]; troubled: string[] } {
  const known = Object.entries(NAMES).flatMap(([key, name]) => {
    const provider = told[key] as Provider | undefined;
    return provider?.configured ? [{ name, provider }] : [];
  });
  const isTroubled = ({ models }: Provider) => Object.values(models ?? {}).some(({ breaker }) => breaker === "open");
  return {
    ready: known.filter(({ provider }) => !isTroubled(provider)).map(({ name }) => name),
    troubled: known.filter(({ provider }) => isTroubled(provider)).map(({ name }) => name),
  };
}
