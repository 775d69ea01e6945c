/** What the overview reads out of an agent's content, whose parts may be missing. */
export interface Spec {
  client?: { name?: string; use_case?: string; vertical?: string };
  agent?: {
    language?: string;
    languages?: string[];
    objectives?: string[];
    system_prompt?: string;
    greeting?: string;
    model?: { primary?: string; fallback?: string | string[] };
  };
  tools?: ({ name: string; type?: string; description?: string; risk?: string; examples?: string[] } | string)[];
  conversation?: { attachments?: { accept?: boolean; types?: string[] } };
  channels?: { input?: { type: string }[]; output?: { type: string }[] };
  knowledge?: { files?: string[] };
}
