import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowLeft, Wrench } from "lucide-react";
import { toolQueries } from "@/api/tools";
import type { ToolView } from "@/api/schema";
import { Filters, SearchBox } from "@/components/patterns/filters";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { common } from "@/i18n/common";
import { texts } from "./texts";
import { ToolForm } from "./tool-form";

export default function ToolsPage() {
  const search = useSearch({ from: "/app/tools" });
  const navigate = useNavigate({ from: "/tools" });
  const list = useQuery(toolQueries.list());
  if (list.isPending) return <Loading />;
  if (list.isError) {
    return (
      <Page title={texts.title}>
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      </Page>
    );
  }
  const wanted = search.filter?.toLowerCase() ?? "";
  const shown = list.data.items.filter((each) => `${each.name} ${each.description}`.toLowerCase().includes(wanted));
  const chosen = list.data.items.find((each) => each.name === search.tool);
  const onSearch = (filter: string) =>
    void navigate({ search: (old) => ({ ...old, filter: filter || undefined }), replace: true });
  return (
    <Page wide title={texts.title} about={texts.about}>
      <div className="grid items-start gap-4 lg:grid-cols-[22rem_1fr]">
        <div className={cn(chosen && "hidden lg:block")}>
          <Filters>
            <SearchBox label={texts.filter} value={search.filter ?? ""} onSearch={onSearch} />
          </Filters>
          <Card className="overflow-hidden">
            {shown.length ? (
              <ul className="divide-line divide-y">
                {shown.map((tool) => (
                  <ToolLink key={tool.name} tool={tool} chosen={tool.name === search.tool} />
                ))}
              </ul>
            ) : (
              <Empty icon={Wrench} title={common.nothingFound} hint={common.nothingFoundHint} />
            )}
          </Card>
        </div>
        <div className={cn(!chosen && "hidden lg:block")}>
          {chosen ? (
            <>
              <Link to="/tools" search={{ filter: search.filter }} className="text-soft mb-2 inline-flex min-h-11 items-center gap-2 text-sm font-semibold lg:hidden">
                <ArrowLeft className="size-4" aria-hidden /> {texts.title}
              </Link>
              <ToolForm key={chosen.name} tool={chosen} />
            </>
          ) : (
            <Card>
              <Empty icon={Wrench} title={texts.choose} hint={texts.chooseHint} />
            </Card>
          )}
        </div>
      </div>
    </Page>
  );
}

function ToolLink({ tool, chosen }: { tool: ToolView; chosen: boolean }) {
  return (
    <li>
      <Link
        to="/tools"
        search={(old) => ({ ...old, tool: tool.name })}
        aria-current={chosen ? "true" : undefined}
        className={cn("hover:bg-sunken block px-4 py-3 -outline-offset-2", chosen && "bg-accent-wash hover:bg-accent-wash")}
      >
        <span className={cn("block font-mono text-sm font-semibold", chosen && "text-accent")}>{tool.name}</span>
        <span className={cn("mt-0.5 line-clamp-2 block text-xs", chosen ? "text-ink" : "text-soft")}>{tool.description}</span>
      </Link>
    </li>
  );
}
