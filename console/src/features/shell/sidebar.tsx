import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, Keyboard, KeyRound, LogOut, SunMoon, UserRound } from "lucide-react";
import { DropdownMenu as Menu } from "radix-ui";
import { accountQueries } from "@/api/account";
import { cn } from "@/components/ui/cn";
import { Mark } from "@/components/ui/mark";
import { sections } from "./sections";
import { texts } from "./texts";

interface Ways {
  onNavigate?: () => void;
  onHelp: () => void;
  onSignOut: () => void;
}

export function Sidebar({ onNavigate, onHelp, onSignOut }: Ways) {
  return (
    <>
      <Link to="/" onClick={onNavigate} className="m-3 flex min-h-11 items-center gap-2.5 rounded-lg px-2 text-base font-bold">
        <Mark className="size-8" /> SparkLabs
      </Link>
      <nav aria-label={texts.navigation} className="flex-1 overflow-y-auto px-3">
        {sections.map((section) => (
          <div key={section.label ?? ""} className="mb-4">
            {section.label && <p className="text-soft px-3 pb-1 text-xs font-semibold">{section.label}</p>}
            <ul className="space-y-0.5">
              {section.pages.map(({ to, label, icon: Icon }) => (
                <li key={to}>
                  <Link
                    to={to}
                    onClick={onNavigate}
                    activeOptions={{ includeSearch: false, exact: to === "/" }}
                    className="text-soft hover:bg-line/50 hover:text-ink data-[status=active]:bg-accent-wash data-[status=active]:text-accent flex min-h-11 items-center gap-3 rounded-lg px-3 text-sm font-semibold"
                  >
                    <Icon className="size-[1.1rem]" aria-hidden />
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <AccountMenu onNavigate={onNavigate} onHelp={onHelp} onSignOut={onSignOut} />
    </>
  );
}

const item =
  "data-[highlighted]:bg-sunken flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-3 text-sm font-medium outline-none [&_svg]:size-4";

function AccountMenu({ onNavigate, onHelp, onSignOut }: Ways) {
  const me = useQuery(accountQueries.me());
  const navigate = useNavigate();
  const go = (to: string) => {
    onNavigate?.();
    void navigate({ to });
  };
  const name = me.data?.account?.name || me.data?.account?.email || "";
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        className="border-line hover:bg-line/40 flex min-h-16 items-center gap-3 border-t px-4 text-left"
      >
        <span aria-hidden className="spark-gradient text-on-spark grid size-9 shrink-0 place-items-center rounded-full text-sm font-bold">
          {name.charAt(0).toUpperCase()}
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-semibold">{me.data?.tenant.name}</span>
          <span className="text-soft block truncate text-xs">{me.data?.account?.email}</span>
        </span>
        <ChevronsUpDown className="text-soft size-4" aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content
          side="top"
          align="start"
          sideOffset={6}
          className="bg-raised border-line shadow-card animate-rise z-50 w-60 rounded-xl border p-1.5"
        >
          <Menu.Item className={item} onSelect={() => go("/settings/profile")}>
            <UserRound aria-hidden /> {texts.profile}
          </Menu.Item>
          <Menu.Item className={item} onSelect={() => go("/settings/api-keys")}>
            <KeyRound aria-hidden /> {texts.apiKeys}
          </Menu.Item>
          <Menu.Item className={item} onSelect={() => go("/settings/appearance")}>
            <SunMoon aria-hidden /> {texts.appearance}
          </Menu.Item>
          <Menu.Item
            className={cn(item, "hidden lg:flex")}
            onSelect={() => {
              onNavigate?.();
              onHelp();
            }}
          >
            <Keyboard aria-hidden /> {texts.help}
          </Menu.Item>
          <Menu.Separator className="bg-line my-1.5 h-px" />
          <Menu.Item className={item} onSelect={onSignOut}>
            <LogOut aria-hidden /> {texts.signOut}
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
