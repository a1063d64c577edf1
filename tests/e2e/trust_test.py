"""assay verify and keygen, as a user meets them."""

import json
import os
import shutil

from support import ONE_READ, Scratch, main


class TrustTest(Scratch):
    def verify(self, *arguments, code=0):
        return self.assay("verify", *arguments, code=code).stdout

    def test_a_run_can_be_verified_and_a_change_is_seen(self):
        self.run_case(*ONE_READ)
        result = self.out / "result.json"
        text = self.verify(result, self.out / "report.html")
        self.assertEqual(text.count(": ok\n"), 2)
        self.assertIn("no signature: anybody could have made", text)
        self.assertIn("Not covered", text)
        many = self.root / "many"
        shutil.copytree(self.out, many / "copy")
        self.assay("report", self.out, many / "copy", "-o", many / "report.html")
        text = self.verify(many)
        self.assertIn("many/report.html: passed by: it shows many Results", text)
        self.assertEqual(text.count(": ok\n"), 2)
        changed = self.result()
        changed["cases"][0]["metrics"][0]["value"] *= 2
        result.write_text(json.dumps(changed))
        self.assertIn("NOT VERIFIED\n  WRONG: the content is not what it was", self.verify(result, code=1))
        result.write_text("{")
        self.assertIn("not valid JSON", self.verify(result, code=1))
        self.assertIn("NOT VERIFIED", self.verify(self.root / "nowhere.json", code=1))
        below = self.verify(self.out, code=1)
        self.assertEqual((below.count("result.json: NOT VERIFIED"), below.count("report.html: ok")),
                         (1, 1))
        empty = self.root / "empty"
        empty.mkdir()
        self.assertIn("neither result*.json", self.assay("verify", empty, code=2).stderr)

    def test_reports_are_redacted_unless_told_otherwise(self):
        self.run_case(*ONE_READ)
        path = self.out / "result.json"
        content = self.result()
        content.pop("integrity")
        content["host"]["identity"]["board_asset_tag"] = "i-0123456789abcdef0"
        content["method"].append({"name": "role", "text": "arn:aws:iam::123456789012:role/x"})
        path.write_text(json.dumps(content))
        other = self.root / "other" / "result.json"
        other.parent.mkdir()
        content["host"]["identity"]["board_asset_tag"] = "i-0123456789abcdef1"
        other.write_text(json.dumps(content))
        for name in ("r.html", "r.md", "r.csv", "r.ndjson"):
            for given in ([path], [path, other]):
                with self.subTest(name=name, results=len(given)):
                    page = self.root / name
                    self.assay("report", *given, "-o", page)
                    self.assertNotIn("i-0123456789abcdef", page.read_text())
                    self.assertNotIn("123456789012", page.read_text())
                    self.assay("report", "--full", *given, "-o", page)
                    if name != "r.md" and (name, len(given)) != ("r.csv", 1):
                        self.assertIn("i-0123456789abcdef0", page.read_text())
        rows = self.root / "r.ndjson"
        self.assay("report", path, other, "-o", rows)
        ids = {json.loads(line)["instance_id"] for line in rows.read_text().splitlines()}
        self.assertEqual(len(ids), 2)
        self.assay("report", path, "-o", self.root / "r.html")
        self.assertIn("a redacted copy", self.verify(self.root / "r.html"))

    def test_a_changed_result_does_not_become_whole_by_being_copied(self):
        self.run_case(*ONE_READ)
        content = self.result()
        content["cases"][0]["metrics"][0]["value"] *= 2
        path = self.out / "result.json"
        path.write_text(json.dumps(content))
        refused = self.assay("redact", path, "-o", self.root / "copy.json", code=2)
        self.assertIn("not what it was when the Result was written", refused.stderr)
        for name, options in (("r.html", []), ("r.md", []), ("full.html", ["--full"])):
            page = self.root / name
            told = self.assay("report", path, "-o", page, *options).stderr
            self.assertIn("not what it was when the Result was written", told)
            self.assertIn("not what it was when the Result was written", page.read_text())
            if name != "r.md":
                self.assertIn("NOT VERIFIED", self.verify(page, code=1))

    def test_redact_copies_and_run_can_do_it_at_once(self):
        self.run_case(*ONE_READ, "--redact")
        self.assertIn("redaction", self.result())
        self.assertIn("a redacted copy", self.verify(self.out / "result.json"))
        copy = self.root / "copy.json"
        self.assay("redact", self.out / "report.html", "-o", copy)
        self.assertEqual(json.loads(copy.read_text()), self.result())
        refused = self.assay("redact", copy, "-o", copy, code=2)
        self.assertIn("there is a file already", refused.stderr)
        refused = self.assay("redact", copy, "-o", self.root / "copy.html", code=2)
        self.assertIn("give FILE.json", refused.stderr)
        refused = self.assay("redact", self.root / "no.json", "-o", copy, code=2)
        self.assertIn("no.json", refused.stderr)

    def test_a_signed_run(self):
        key = self.root / "key"
        self.assay("keygen", key)
        self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)
        self.assertIn("File exists", self.assay("keygen", key, code=2).stderr)
        self.assay("keygen", self.root / "other")
        self.run_case(*ONE_READ, "--sign", key)
        result = self.out / "result.json"
        self.assertEqual(self.result()["integrity"]["public_key"] + "\n",
                         (self.root / "key.pub").read_text())
        self.assertIn("signed by the owner of key", self.verify(result, "--key", f"{key}.pub"))
        self.assertIn("another key",
                      self.verify(result, "--key", self.root / "other.pub", code=1))
        self.assertIn("not a public key",
                      self.assay("verify", result, "--key", key, code=2).stderr)

    def test_a_wrong_key_is_told_before_anything_is_measured(self):
        (self.root / "no_key").write_text("no key")
        self.refused("not a private key in PEM", *ONE_READ, "--sign", self.root / "no_key")
        self.refused("--sign", *ONE_READ, "--sign", self.root / "nowhere")


if __name__ == "__main__":
    main()
