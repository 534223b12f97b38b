// Follows the quickstart's three studies to their ends and says whether each ended as it should.
// usage: node follow.mjs URL DATA_DIRECTORY
import { readFileSync } from "node:fs";

const base = process.argv[2];
const headers = { Authorization: `Bearer ${readFileSync(`${process.argv[3]}/console.token`, "utf8").trim()}` };
const deadline = Date.now() + 180_000;

// What must come of each: by subject, the card and state it ends in, and the rule that must have failed.
const expected = {
  "0417-001": { title: "good study", card: "may_leave", state: "confirmed" },
  "0417-002": { title: "7.5 mm slices", card: "scan_again", state: "held", rule: "CT-THICK" },
  "0417-003": { title: "two slices missing", card: "scan_again", state: "held", rule: "CT-HOLES" },
};
const words = {
  arriving: "arriving", may_leave: "Patient may leave", scan_again: "Scan again",
  needs_you: "Needs you", not_judged: "Not judged",
};

const get = async (path) => {
  const answer = await fetch(base + path, { headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};

const bar = (part) => "▓".repeat(Math.round(part * 20)).padEnd(20, "░");
const line = (study) => {
  const upload = study.upload;
  const progress = upload && upload.bytes > 0 && study.state !== "held"
    ? `  ${bar(upload.sent / upload.bytes)} ${Math.round((100 * upload.sent) / upload.bytes)} %` : "";
  return `${study.subject}  ${study.state.padEnd(13)} ${(words[study.card] ?? study.card).padEnd(18)} ${study.instances} images${progress}`;
};

const shown = new Map();
let studies = [];
for (;;) {
  studies = (await get("/api/v1/studies")).filter((study) => study.subject in expected);
  for (const study of studies) {
    const text = line(study);
    if (shown.get(study.id) !== text) console.log(text);
    shown.set(study.id, text);
  }
  const ended = studies.filter((study) => study.state === expected[study.subject].state);
  if (ended.length === Object.keys(expected).length) break;
  if (Date.now() > deadline) break;
  await new Promise((done) => setTimeout(done, 300));
}

console.log();
let wrong = 0;
for (const [subject, want] of Object.entries(expected)) {
  const study = studies.find((one) => one.subject === subject);
  const detail = study ? await get(`/api/v1/studies/${study.id}`) : null;
  const failed = detail?.findings.filter((finding) => finding.result === "fail").map((finding) => finding.rule) ?? [];
  const good = study && study.state === want.state && study.card === want.card &&
    (want.rule ? failed.includes(want.rule) : failed.length === 0);
  if (!good) wrong += 1;
  console.log(`${good ? "✓" : "✗"} ${subject} (${want.title}): ${study ? words[study.card] : "never arrived"}. ${study?.headline ?? ""}`);
  if (study?.advice) console.log(`    ${study.advice}`);
  const receipt = detail?.parcels.at(-1)?.receipt;
  if (receipt) console.log(`    The sponsor signed for it: receipt ${receipt}`);
}
process.exit(wrong === 0 ? 0 : 1);
