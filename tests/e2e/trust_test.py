"""assay verify and keygen, as a user meets them."""

import json
import os

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
        changed = self.result()
        changed["cases"][0]["metrics"][0]["value"] *= 2
        result.write_text(json.dumps(changed))
        self.assertIn("NOT VERIFIED\n  WRONG: the content is not what it was", self.verify(result, code=1))
        result.write_text("{")
        self.assertIn("not valid JSON", self.verify(result, code=1))
        self.assertIn("NOT VERIFIED", self.verify(self.root / "nowhere.json", code=1))

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
