import { catalogue } from "@/i18n/catalogue";

export const texts = catalogue({
  en: {
    headline: "Agents that answer, act and show their work.",
    lead: "Build an agent from one readable file, try it, and see every step behind every answer. On your own server.",
    points: {
      file: ["One file per agent", "Versioned, checked line by line, rolled back in one click."],
      trace: ["Nothing hidden", "Prompt, tools, tokens, cost and time of every turn."],
      own: ["Yours alone", "Your machine, your data, any model, or none at all."],
    },
    signIn: "Sign in",
    welcome: "Welcome back",
    welcomeAbout: "Sign in to your workspace.",
    email: "E-mail",
    password: "Password",
    show: "Show password",
    hide: "Hide password",
    emailNeeded: "Enter your e-mail address.",
    passwordNeeded: "Enter your password.",
    wrong: "E-mail or password is not right.",
    again: "Sign in to go on",
    againAbout: "Your session has ended. Everything you typed stays on this page.",
    firstTime: "First time here? The first start of the platform printed the owner's password in its window.",
  },
});
