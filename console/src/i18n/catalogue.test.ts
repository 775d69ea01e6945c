import { expect, test } from "vitest";
import { format } from "./catalogue";

test.each([
  [0, "0 seconds"],
  [59, "59 seconds"],
  [61, "1 minute 1 second"],
  [7200, "2 hours"],
  [93_784, "1 day 2 hours"],
])("a span of %d seconds is told in its two largest units", (seconds, told) => expect(format.span(seconds)).toBe(told));

test.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [200_000_000, "200 MB"],
  [12_340_000_000, "12.3 GB"],
])("%d bytes are told in a unit that one can read", (count, told) => expect(format.bytes(count)).toBe(told));
