#include "runners/discovery/signatures.hpp"

#include <cstring>

#include "tests/discovery/fixtures.hpp"
#include "tests/safety/disk_images.hpp"

namespace assay {
namespace {

bool has_type(const SignatureProbe& probe, const std::string& type) {
  for (const Signature& signature : probe.found) {
    if (signature.type == type) return true;
  }
  return false;
}

std::string all_of(const SignatureProbe& probe) {
  std::string text = probe.error;
  for (const Signature& signature : probe.found) text += describe_signature(signature) + "; ";
  return text;
}

TEST(Signatures, ZerosAndNoiseAreBlank) {
  const ScratchDirectory scratch;
  for (const std::string& image : {blank_image(), noise_image()}) {
    const SignatureProbe probe = probe_signatures(scratch.write("image", image));
    EXPECT_EQ(all_of(probe), "");
  }
}

TEST(Signatures, EachIsFoundAtTheStartAndAtTheEnd) {
  const ScratchDirectory scratch;
  for (const DiskImage& image : disk_images()) {
    const SignatureProbe probe = probe_signatures(scratch.write("image", image.bytes));
    EXPECT_EQ(probe.error, "") << image.what;
    EXPECT_TRUE(has_type(probe, image.type)) << image.what << ": " << all_of(probe);
  }
}

TEST(Signatures, OneDoesNotHideAnother) {
  const ScratchDirectory scratch;
  std::string bytes = image_of("a swap area").bytes;
  const std::string gpt = image_of("a GPT of which only the backup is left").bytes;
  bytes.replace(bytes.size() - 33 * 512, 33 * 512, gpt.substr(gpt.size() - 33 * 512));
  const SignatureProbe probe = probe_signatures(scratch.write("image", bytes));
  EXPECT_TRUE(has_type(probe, "swap")) << all_of(probe);
  EXPECT_TRUE(has_type(probe, "gpt")) << all_of(probe);
}

TEST(Signatures, WhatCannotBeReadIsAnErrorAndNotBlank) {
  EXPECT_NE(probe_signatures("/nonexistent").error.find("No such file"), std::string::npos);
  EXPECT_FALSE(probe_signatures("/dev/null").error.empty());
}

TEST(Signatures, WordsBeginWithTheType) {
  EXPECT_EQ(describe_signature({"ext4", "file system", "data", "1-2"}),
            "ext4 (file system, label 'data', UUID 1-2)");
  EXPECT_EQ(describe_signature({"gpt", "partition table", "", ""}), "gpt (partition table)");
}

}  // namespace
}  // namespace assay
