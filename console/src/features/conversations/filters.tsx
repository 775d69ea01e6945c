import { useQuery } from "@tanstack/react-query";
import { UserRound, X } from "lucide-react";
import { agentQueries } from "@/api/agents";
import { conversationQueries, type ConversationSearch } from "@/api/conversations";
import { Filters, SearchBox } from "@/components/patterns/filters";
import { Button } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/input";
import { channelName, common } from "@/i18n/common";
import { texts } from "./texts";

const STATES = ["open", "handed_off", "closed"] as const;
const NONE = {
  search: undefined,
  agent_id: undefined,
  contact_id: undefined,
  status: undefined,
  channel: undefined,
  from: undefined,
  to: undefined,
};

export function isFiltered(search: ConversationSearch): boolean {
  return Object.keys(NONE).some((key) => search[key as keyof typeof NONE]);
}

type Set = (change: Partial<ConversationSearch>) => void;

/** What narrows the list; all of it stands in the address. */
export function ConversationFilters({ search, onSet }: { search: ConversationSearch; onSet: Set }) {
  const names = useQuery(agentQueries.names());
  const used = useQuery(conversationQueries.channels());
  const channels = new Set([...(used.data?.items ?? []).map((each) => each.channel), ...(search.channel ? [search.channel] : [])]);
  return (
    <Filters onClear={isFiltered(search) ? () => onSet(NONE) : undefined}>
      <SearchBox label={texts.search} value={search.search ?? ""} onSearch={(text) => onSet({ search: text || undefined })} />
      <Select
        aria-label={texts.agent}
        value={search.agent_id ?? ""}
        onChange={(event) => onSet({ agent_id: event.target.value || undefined })}
      >
        <option value="">{texts.anyAgent}</option>
        {names.data?.items.map((each) => (
          <option key={each.slug} value={each.slug}>
            {each.name}
          </option>
        ))}
      </Select>
      <Select
        aria-label={texts.status}
        value={search.status ?? ""}
        onChange={(event) => onSet({ status: STATES.find((each) => each === event.target.value) })}
      >
        <option value="">{texts.anyStatus}</option>
        {STATES.map((each) => (
          <option key={each} value={each}>
            {common.status[each]}
          </option>
        ))}
      </Select>
      <Select
        aria-label={texts.channel}
        value={search.channel ?? ""}
        onChange={(event) => onSet({ channel: event.target.value || undefined })}
      >
        <option value="">{texts.anyChannel}</option>
        {[...channels].map((channel) => (
          <option key={channel} value={channel}>
            {channelName(channel)}
          </option>
        ))}
      </Select>
      <Dates search={search} onSet={onSet} />
      {search.contact_id && (
        <Button onClick={() => onSet({ contact_id: undefined })}>
          <UserRound aria-hidden /> {texts.onlyOf} <X aria-label={common.clear} />
        </Button>
      )}
    </Filters>
  );
}

function Dates({ search, onSet }: { search: ConversationSearch; onSet: Set }) {
  return (
    <div className="flex w-full gap-2 sm:w-auto">
      {(["from", "to"] as const).map((end) => (
        <label key={end} className="text-soft flex min-w-0 flex-1 flex-col gap-1 text-xs font-semibold sm:flex-row sm:items-center sm:gap-1.5">
          {texts[end]}
          <Input
            type="date"
            className="text-ink min-w-0 px-2.5 text-sm font-normal sm:w-38"
            value={search[end] ?? ""}
            min={end === "to" ? search.from : undefined}
            max={end === "from" ? search.to : undefined}
            onChange={(event) => onSet({ [end]: event.target.value || undefined })}
          />
        </label>
      ))}
    </div>
  );
}
