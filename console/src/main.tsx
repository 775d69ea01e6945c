import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { config } from "zod";
import { makeQueries } from "@/api/queries";
import { Toasts } from "@/components/patterns/toasts";
import { nonce } from "@/nonce";
import { makeRouter } from "@/routes/router";

// The page's policy allows neither unmarked style sheets nor code made from text.
setNonce(nonce);
config({ jitless: true });

const queries = makeQueries();
const router = makeRouter(queries);
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </StrictMode>,
  );
}
