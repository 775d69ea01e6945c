import { clsx, type ClassValue } from "clsx";
import { twMerge } from "tailwind-merge";

/** Class names, where a later utility takes the place of an earlier one. */
export const cn = (...classes: ClassValue[]): string => twMerge(clsx(classes));
