import { useNavigate, useSearch } from "@tanstack/react-router";
import { FileCode2, ScanSearch, Server } from "lucide-react";
import { useEffect } from "react";
import { Card } from "@/components/ui/card";
import { Mark } from "@/components/ui/mark";
import { SignInForm } from "./sign-in-form";
import { texts } from "./texts";

const POINTS = [
  [FileCode2, texts.points.file],
  [ScanSearch, texts.points.trace],
  [Server, texts.points.own],
] as const;

export default function SignInPage() {
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/sign-in" });
  useEffect(() => {
    document.title = `${texts.signIn} · SparkLabs`;
  }, []);
  return (
    <div className="grid min-h-dvh lg:grid-cols-[1.1fr_1fr]">
      <section className="relative hidden flex-col justify-between overflow-hidden bg-[#1b120c] p-12 text-[#fdf3ea] lg:flex">
        <div aria-hidden className="spark-gradient absolute -top-40 -right-40 size-[34rem] rounded-full opacity-30 blur-3xl" />
        <svg aria-hidden viewBox="0 0 100 140" className="absolute right-8 -bottom-6 h-[78%] opacity-[0.13]">
          <defs>
            <linearGradient id="bolt" x1="0" y1="0" x2="1" y2="1">
              <stop offset="0" stopColor="#FFD54F" />
              <stop offset="1" stopColor="#FF6B35" />
            </linearGradient>
          </defs>
          <path d="M62 0 8 80h34l-8 60 58-84H58z" fill="url(#bolt)" />
        </svg>
        <div className="relative flex items-center gap-3 text-lg font-bold">
          <Mark className="size-9" /> SparkLabs
        </div>
        <div className="relative max-w-xl">
          <p className="text-5xl leading-[1.08] font-bold tracking-tight text-balance">{texts.headline}</p>
          <p className="mt-5 max-w-lg text-lg text-[#e5cdbb]">{texts.lead}</p>
        </div>
        <ul className="relative grid max-w-2xl grid-cols-3 gap-6">
          {POINTS.map(([Icon, [title, about]]) => (
            <li key={title}>
              <Icon className="mb-3 size-6 text-[#ffa726]" aria-hidden />
              <p className="font-semibold">{title}</p>
              <p className="mt-1 text-sm text-[#d9c0ad]">{about}</p>
            </li>
          ))}
        </ul>
      </section>
      <main className="flex items-center justify-center p-4 sm:p-8">
        <div className="w-full max-w-sm">
          <div className="mb-8 flex items-center gap-3 text-lg font-bold lg:hidden">
            <Mark className="size-10" /> SparkLabs
          </div>
          <h1 className="text-2xl font-bold outline-none">{texts.welcome}</h1>
          <p className="text-soft mt-1 mb-6 text-sm">{texts.welcomeAbout}</p>
          <Card className="p-5 sm:p-6">
            <SignInForm onSignedIn={() => void navigate({ to: next ?? "/", replace: true })} />
          </Card>
          <p className="text-soft mt-5 text-xs">{texts.firstTime}</p>
        </div>
      </main>
    </div>
  );
}
