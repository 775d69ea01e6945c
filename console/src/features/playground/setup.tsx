import { useQuery } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import { accountQueries } from "@/api/account";
import { agentQueries } from "@/api/agents";
import { modelQueries } from "@/api/models";
import type { ModelOut } from "@/api/schema";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { channelName } from "@/i18n/common";
import { format } from "@/i18n/catalogue";
import { texts } from "./texts";

export interface Choice {
  agent?: string;
  version?: number;
  model?: string;
  channel?: string;
}

const CHANNELS = ["web_chat", "whatsapp", "sms", "email", "voice", "api"];

/** Which agent is tried, and how; it all stands in the address. */
export function Setup({ choice, onChoose, children }: {
  choice: Choice;
  onChoose: (change: Choice) => void;
  children: ReactNode;
}) {
  const names = useQuery(agentQueries.names());
  const me = useQuery(accountQueries.me());
  const allowed = me.data?.permissions.some((each) => each === "*" || each === "agents:*" || each === "agents:write");
  return (
    <Card aria-label={texts.setup} className="mb-4 grid grid-cols-2 items-end gap-3 p-3 sm:p-4 lg:flex">
      <Pick
        label={texts.agent}
        value={choice.agent ?? ""}
        onPick={(agent) => onChoose({ agent, version: undefined })}
        options={(names.data?.items ?? []).map((each) => [each.slug, each.name])}
      />
      {allowed && choice.agent && (
        <>
          <Version agent={choice.agent} value={choice.version} onPick={(version) => onChoose({ version })} />
          <Model value={choice.model} onPick={(model) => onChoose({ model })} />
          <Pick
            label={texts.channel}
            value={choice.channel ?? ""}
            onPick={(channel) => onChoose({ channel: channel || undefined })}
            options={[["", texts.noChannel], ...CHANNELS.map((each): [string, string] => [each, channelName(each)])]}
          />
        </>
      )}
      <div className="col-span-2 lg:ml-auto lg:shrink-0">{children}</div>
    </Card>
  );
}

function Version({ agent, value, onPick }: { agent: string; value?: number; onPick: (version?: number) => void }) {
  const versions = useQuery(agentQueries.versions(agent));
  const items = versions.data?.items ?? [];
  const live = items.find((each) => each.active);
  const numbers: [string, string][] = items.map((each) => {
    const state = each.active ? texts.isLive : !live || each.number > live.number ? texts.unpublished : "";
    const said = [texts.number(each.number), state, each.reason].filter(Boolean).join(" · ");
    return [String(each.number), said.length > 60 ? `${said.slice(0, 60)}…` : said];
  });
  return (
    <Pick
      label={texts.version}
      value={value ? String(value) : ""}
      onPick={(number) => onPick(number ? Number(number) : undefined)}
      options={[...(live ? [["", texts.live(live.number)] as [string, string]] : []), ...numbers]}
    />
  );
}

function Model({ value, onPick }: { value?: string; onPick: (model?: string) => void }) {
  const models = useQuery(modelQueries.list());
  const known = models.data?.items ?? [];
  const strange = value && !known.some((each) => each.model === value) ? [[value, value] as [string, string]] : [];
  return (
    <Pick
      label={texts.model}
      value={value ?? ""}
      onPick={(model) => onPick(model || undefined)}
      options={[["", texts.ownModel], ...strange, ...known.map((each): [string, string] => [each.model, nameOf(each)])]}
    />
  );
}

function nameOf(model: ModelOut): string {
  if (model.provider === "offline") return texts.offline;
  if (model.input_micros == null || model.output_micros == null) return model.model;
  const price = [model.input_micros, model.output_micros].map((each) => format.money(each, model.currency)).join(" / ");
  return `${model.model} (${price})`;
}

function Pick({ label, value, options, onPick }: {
  label: string;
  value: string;
  options: [string, string][];
  onPick: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="min-w-0 lg:max-w-56 lg:flex-1">
      <label htmlFor={id} className="text-soft mb-1 block text-xs font-semibold">
        {label}
      </label>
      <Select id={id} className="w-full truncate" value={value} onChange={(event) => onPick(event.target.value)}>
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </Select>
    </div>
  );
}
