import { type MaskRule } from "./redact-rule.ts";

const COORDINATE = String.raw`-?\d{1,3}\.\d{3,15}`;

/** Pairs of coordinates that tell where a person is. */
export const LOCATION_RULES: readonly MaskRule[] = [
  {
    kind: "location",
    needs: ["point("],
    find: /(?<before>\bPOINT ?\()(?<value>-?\d{1,3}\.\d{2,15} -?\d{1,3}\.\d{2,15})(?=\))/gi,
  },
  {
    kind: "location",
    needs: ["lat"],
    find: new RegExp(
      [
        String.raw`(?<before>\blat(?:itude)?\\{0,3}["']?[ \t]{0,2}[:=][ \t]{0,2}\\{0,3}["']?)(?<value>${COORDINATE}`,
        String.raw`[^\n\d-]{1,24}l(?:ng|on(?:g(?:itude)?)?)\\{0,3}["']?[ \t]{0,2}[:=][ \t]{0,2}\\{0,3}["']?`,
        String.raw`${COORDINATE})`,
      ].join(""),
      "gi",
    ),
  },
  {
    kind: "location",
    needs: ["lat"],
    find: new RegExp(
      String.raw`(?<![\w.-])${COORDINATE}[ \t]{0,2}[,;/][ \t]{0,2}${COORDINATE}(?=[ \t]{0,2}\(?lat\w{0,5}\b)`,
      "gi",
    ),
  },
  {
    kind: "location",
    needs: ["latitude", "longitude", "geo", "gps", "coord", "location", "position", "koordinaten"],
    find: new RegExp(
      [
        String.raw`(?<before>\b(?:geo|gps|coord(?:inate)?s?|koordinaten|location|position)[^\n\d-]{1,16})(?<value>`,
        String.raw`${COORDINATE}[ \t]{0,2}[,;/ ][ \t]{0,2}${COORDINATE})|(?<=\b(?:latitude|longitude)["']?[ \t]`,
        String.raw`{0,2}[:=][ \t]{0,2}["']?)${COORDINATE}`,
      ].join(""),
      "gi",
    ),
  },
];
