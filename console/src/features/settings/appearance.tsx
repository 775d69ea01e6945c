import { Monitor, Moon, Sun } from "lucide-react";
import { Card, CardTitle } from "@/components/ui/card";
import { texts } from "./texts";
import { setTheme, THEMES, useTheme } from "./theme";

const ICONS = { light: Sun, dark: Moon, system: Monitor };

export default function Appearance() {
  const chosen = useTheme();
  return (
    <Card className="max-w-2xl p-5 sm:p-6">
      <CardTitle id="theme">{texts.theme}</CardTitle>
      <p className="text-soft mt-1 mb-4 text-sm">{texts.themeAbout}</p>
      <div role="radiogroup" aria-labelledby="theme" className="grid gap-3 sm:grid-cols-3">
        {THEMES.map((theme) => {
          const Icon = ICONS[theme];
          return (
            <label
              key={theme}
              className="border-line-strong/60 hover:bg-sunken has-checked:border-spark has-checked:bg-accent-wash has-checked:ring-spark flex min-h-14 cursor-pointer items-center gap-3 rounded-xl border px-4 has-checked:ring-1 text-sm font-semibold has-focus-visible:outline-2 has-focus-visible:outline-offset-2"
            >
              <input
                type="radio"
                name="theme"
                className="sr-only"
                checked={chosen === theme}
                onChange={() => setTheme(theme)}
              />
              <Icon className="size-5" aria-hidden />
              {texts[theme]}
            </label>
          );
        })}
      </div>
    </Card>
  );
}
