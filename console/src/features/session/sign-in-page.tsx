import { useRouter, useSearch } from "@tanstack/react-router";
import { BookOpen, FileCode2, ScanSearch, Server } from "lucide-react";
import { useEffect } from "react";
import { Card } from "@/components/ui/card";
import { Mark } from "@/components/ui/mark";
import { Preview } from "./preview";
import { safeNext } from "./safe-next";
import { SignInForm } from "./sign-in-form";
import { texts } from "./texts";

const POINTS = [
  [FileCode2, texts.points.file],
  [ScanSearch, texts.points.trace],
  [Server, texts.points.own],
] as const;

/** The way in, beside what this is for somebody who sees it for the first time. */
export default function SignInPage() {
  const { history } = useRouter();
  const { next } = useSearch({ from: "/sign-in" });
  useEffect(() => {
    document.title = `${texts.signIn} · SparkLabs`;
  }, []);
  return (
    <div className="flex min-h-dvh flex-col lg:grid lg:grid-cols-[1.25fr_1fr]">
      <main className="flex flex-col items-center justify-center px-4 pt-8 pb-10 sm:p-8 lg:order-2">
        <div className="w-full max-w-sm">
          <div className="mb-8 flex items-center gap-3 text-lg font-bold lg:hidden">
            <Mark className="size-10" /> SparkLabs
          </div>
          <h1 className="text-2xl font-bold outline-none">{texts.welcome}</h1>
          <p className="text-soft mt-1 mb-6 text-sm">{texts.welcomeAbout}</p>
          <Card className="p-5 sm:p-6">
            <SignInForm onSignedIn={() => history.replace(safeNext(next))} />
          </Card>
          <details className="text-soft mt-5 text-sm">
            <summary className="hover:text-ink flex min-h-11 cursor-pointer items-center font-medium">{texts.help}</summary>
            <ul className="mb-2 list-disc space-y-1.5 pl-5 text-xs leading-relaxed">
              <li>{texts.firstTime}</li>
              <li>
                {texts.forgotten} <code className="bg-sunken text-ink rounded px-1 py-0.5 font-mono">sparklabs owner reset-password</code>
              </li>
            </ul>
          </details>
        </div>
      </main>
      <section className="bg-night text-night-ink relative flex flex-col gap-10 overflow-hidden px-5 py-12 sm:px-12 lg:order-1 lg:justify-between lg:py-10 xl:px-16">
        <div aria-hidden className="spark-gradient absolute -top-48 -right-40 size-[36rem] rounded-full opacity-25 blur-3xl" />
        <div className="relative hidden items-center gap-3 text-lg font-bold lg:flex">
          <Mark className="size-9" /> SparkLabs
        </div>
        <div className="relative">
          <p className="max-w-xl text-4xl leading-[1.1] font-bold tracking-tight sm:text-5xl">{texts.headline}</p>
          <p className="text-night-soft mt-4 max-w-lg text-lg">{texts.lead}</p>
        </div>
        <div className="relative">
          <Preview />
        </div>
        <ul className="relative grid max-w-2xl gap-6 sm:grid-cols-3">
          {POINTS.map(([Icon, [title, about]]) => (
            <li key={title}>
              <Icon className="text-amber mb-2 size-6" aria-hidden />
              <p className="font-semibold">{title}</p>
              <p className="text-night-soft mt-1 text-sm">{about}</p>
            </li>
          ))}
        </ul>
        <a
          href="/docs"
          className="text-night-soft hover:text-night-ink relative flex min-h-11 w-fit items-center gap-2 text-sm underline underline-offset-4"
        >
          <BookOpen className="size-4" aria-hidden /> {texts.docs}
        </a>
      </section>
    </div>
  );
}
