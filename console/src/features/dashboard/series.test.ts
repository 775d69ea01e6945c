import { expect, test } from "vitest";
import type { DashboardOut } from "@/api/schema";
import { rowsOf } from "./series";

const bucket = (start: string, more: object = {}) => ({
  start,
  conversations: 0,
  turns: 0,
  failed: 0,
  tokens: 0,
  cost: [],
  ...more,
});
const told = (more: object): DashboardOut =>
  ({
    bucket: "day",
    timezone: "Europe/Berlin",
    figures: { cost: [{ currency: "USD", value: 5, previous: 0, series: [] }] },
    series: [],
    ...more,
  }) as unknown as DashboardOut;

test("a day is named by the calendar of the workspace, not of the browser", () => {
  const [row] = rowsOf(told({ series: [bucket("2026-03-28T23:00:00Z")] }));

  expect(row?.name).toMatch(/29/);
});

test("hours are told as hours", () => {
  const [row] = rowsOf(told({ bucket: "hour", series: [bucket("2026-03-28T12:00:00Z")] }));

  expect(row?.label).toMatch(/13|01/);
});

test("failed answers are no answers, and only one currency is drawn", () => {
  const cost = [
    { currency: "EUR", micros: 7 },
    { currency: "USD", micros: 2_500_000 },
  ];
  const [row] = rowsOf(told({ series: [bucket("2026-03-28T12:00:00Z", { turns: 5, failed: 2, cost })] }));

  expect([row?.answers, row?.failed, row?.cost]).toEqual([3, 2, 2.5]);
});
