/** The one way to the API: typed by the server's document, with the token, and one silent renewal on a 401. */
import createClient from "openapi-fetch";
import { problemOf } from "./problem";
import { reach } from "./reach";
import type { paths } from "./schema";
import { session } from "./session";

/** `fetch` with the access token; an expired one is renewed once and the request sent again. */
export async function fetchSigned(request: Request): Promise<Response> {
  const again = request.clone();
  const used = session.token;
  const answer = await reach.fetch(signed(request));
  if (answer.status !== 401) return answer;
  // Another request may have renewed it meanwhile.
  const renewed = session.token !== used || (await session.refresh());
  return renewed ? reach.fetch(signed(again)) : answer;
}

function signed(request: Request): Request {
  if (session.token) request.headers.set("Authorization", `Bearer ${session.token}`);
  return request;
}

export const api = createClient<paths>({
  baseUrl: typeof location === "undefined" ? "http://localhost" : location.origin,
  fetch: fetchSigned,
});

type Asked<T> = Promise<{ data?: T; response: Response; error?: unknown }>;
/** Some addresses answer JSON or a file, by the Accept header; the client always asks for JSON. */
type Json<T> = Exclude<T, string>;

/** The answer's data, or a thrown Problem. */
export async function told<T>(asked: Asked<T>): Promise<Json<T>> {
  const { data, response, error } = await asked;
  if (response.ok) return data as Json<T>;
  const { status, headers } = response;
  throw await problemOf(new Response(JSON.stringify(error ?? null), { status, headers }));
}

/** The answer's data with its ETag, to send back in If-Match. */
export async function toldWithTag<T>(asked: Asked<T>): Promise<{ data: Json<T>; etag: string }> {
  const answer = await asked;
  return { data: await told(Promise.resolve(answer)), etag: answer.response.headers.get("ETag") ?? "*" };
}
