#include "reports/trust/redaction.hpp"

#include <gtest/gtest.h>

#include "reports/fleet/run_summary.hpp"
#include "reports/json/result_json.hpp"
#include "reports/trust/seal.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

constexpr const char* instance = "i-0123456789abcdef0";
constexpr const char* volume = "vol-0fedcba9876543210";
constexpr const char* volume_serial = "vol0fedcba9876543210";

/// A Result in which identities stand where a run puts them, and in texts.
Result named_result() {
  Result result = synthetic_result();
  Host& host = result.host;
  host.identity.board_asset_tag = instance;
  Ec2Instance ec2;
  ec2.instance_id = instance;
  ec2.instance_type = "i4i.4xlarge";
  ec2.availability_zone_id = "use1-az4";
  ec2.ami_id = "ami-0a1b2c3d4e5f60718";
  ec2.account_id = "123456789012";
  ec2.tags = {{"Owner", "Erika Mustermann"}};
  host.ec2 = ec2;
  BlockDevice ebs;
  ebs.name = "nvme0n1";
  ebs.serial = volume_serial;
  ebs.by_id = {std::string("/dev/disk/by-id/nvme-Amazon_EBS_") + volume_serial};
  ebs.nvme = NvmeIdentity{};
  ebs.nvme->volume_id = volume;
  BlockDevice local;
  local.name = "nvme1n1";
  local.serial = "AWS6D2E1B0A9C8F7E5D4";
  host.block_devices = {ebs, local};
  FileSystem share;
  share.mount_point = "/share";
  share.type = "nfs4";
  share.source = "filer7.corp.example:/export";
  share.options = "rw,vers=4.1,clientaddr=10.0.1.23,addr=10.0.7.5";
  host.file_systems.push_back(share);
  result.provenance.command_line =
      std::string("assay run --target /dev/nvme0n1 --allow-write ebs:") + volume +
      " --upload 'https://bucket.s3.amazonaws.com/x?X-Amz-Signature=abc' --out /home/erika/run";
  result.findings.push_back({"scheduler", "nvme1n1", Severity::note,
                             "AWS6D2E1B0A9C8F7E5D4 on ip-10-0-1-23.ec2.internal", "none",
                             "ssh worker-0007"});
  result.findings.push_back({"contents", "/home/erika/vol-0fedcba9876543210.img", Severity::warning,
                             "half of it is zeros", "", ""});
  result.method.emplace_back("role", "arn:aws:iam::123456789012:role/bench");
  return result;
}

TEST(Redaction, LeavesNoIdentityInAnyText) {
  Result result = named_result();
  const std::string text = redacted_copy(result, {"worker-0007"});
  for (const char* identity : {instance, volume, volume_serial, "123456789012", "Erika", "erika",
                               "AWS6D2E1B0A9C8F7E5D4", "filer7", "ip-10-0-1-23", "10.0.1.23",
                               "10.0.7.5", "X-Amz-Signature", "bucket.s3", "worker-0007"}) {
    EXPECT_NE(write_json(named_result()).find(identity), std::string::npos) << identity;
    EXPECT_EQ(text.find(identity), std::string::npos) << identity;
  }
}

TEST(Redaction, KeepsWhatIsMeasuredAndComparedBy) {
  Result result = named_result();
  redact(result);
  const Result before = named_result();
  ASSERT_EQ(result.cases.size(), before.cases.size());
  for (std::size_t i = 0; i < result.cases.size(); ++i) {
    EXPECT_EQ(write_json(result.cases[i]), write_json(before.cases[i]));
  }
  EXPECT_EQ(result.host.ec2.value().instance_type, "i4i.4xlarge");
  EXPECT_EQ(result.host.ec2->availability_zone_id, "use1-az4");
  EXPECT_EQ(result.host.ec2->ami_id, "ami-0a1b2c3d4e5f60718");
  EXPECT_EQ(result.plan.suite_sha256, before.plan.suite_sha256);
  EXPECT_NE(result.provenance.command_line.find("--out /home/redacted/run"), std::string::npos);
  EXPECT_EQ(result.host.file_systems.back().source, "redacted-host:/export");
}

TEST(Redaction, TellsOneMachineAndVolumeFromAnother) {
  Result one = named_result();
  Result again = named_result();
  Result other = named_result();
  other.host.identity.board_asset_tag = "i-0123456789abcdef1";
  for (Result* result : {&one, &again, &other}) redact(*result);
  EXPECT_TRUE(machine_of(one.host).starts_with("redacted-"));
  EXPECT_EQ(machine_of(one.host), machine_of(again.host));
  EXPECT_NE(machine_of(one.host), machine_of(other.host));
  EXPECT_EQ(summarize(one).instance_id, machine_of(one.host));
  EXPECT_EQ(one.host.block_devices[0].serial, one.host.block_devices[0].nvme.value().volume_id);
  EXPECT_NE(one.host.block_devices[0].serial, one.host.block_devices[1].serial);
}

TEST(Redaction, MachinesOffEc2StayDifferentToo) {
  Result one = named_result();
  one.host.identity.board_asset_tag = "Not Specified";
  one.host.ec2.reset();
  Result other = one;
  other.host.block_devices[1].serial = "AWS0000000000000000";
  const std::string before = machine_of(one.host);
  redact(one);
  redact(other);
  EXPECT_NE(machine_of(one.host), before);
  EXPECT_NE(machine_of(one.host), machine_of(other.host));
}

TEST(Redaction, AnImportComesFromNoMachineThatIsKnown) {
  Result result = named_result();
  result.host = Host();
  result.import = Import{"fio", "3.33", ""};
  redact(result);
  EXPECT_EQ(result.host.identity.board_asset_tag, "");
  EXPECT_EQ(summarize(result).instance_id, "");
}

TEST(Redaction, TwiceIsAsOnce) {
  Result result = named_result();
  const std::string once = redacted_copy(result);
  EXPECT_EQ(redacted_copy(result), once);
}

TEST(Redaction, ACopyIsSealedAndSaysWhatItIs) {
  Result result = named_result();
  seal(result, SigningKey::generate());
  const SealCheck check = check_seal(redacted_copy(result), "");
  EXPECT_TRUE(check.faults.empty());
  EXPECT_FALSE(result.integrity.value().signature);
  std::string facts;
  for (const std::string& fact : check.facts) facts += fact + "\n";
  EXPECT_NE(facts.find("a redacted copy"), std::string::npos) << facts;
}

TEST(Redaction, TakesIdsForWhatTheyAreOnly) {
  for (const char* kept :
       {"i-am-not-an-id", "vol", "volume", "i-012345", "x1i-0123456789abcdef0", "storage/ebs/4k",
        "qd32 at 123456789012 ns", "1234567890123", "ip-10-0-1", "ip-10-0-1234-5", "/home",
        "i-0123456789abcdef0123", "ami-0a1b2c3d4e5f60718"}) {
    EXPECT_EQ(without_ids(kept), kept);
  }
  EXPECT_EQ(without_ids("runs/i-0123456789abcdef0/result.json").find("0123"), std::string::npos);
  EXPECT_EQ(without_ids("i-0123456789abcdef0"), without_ids("i-0123456789abcdef0"));
  EXPECT_EQ(without_ids("/home/a.b/x /home/c"), "/home/redacted/x /home/redacted");
  EXPECT_EQ(without_ids("ip-10-0-1-23.eu-west-1.compute.internal:80"), "redacted-host:80");
}

TEST(Redaction, AHostThatHasAnOrdinaryWordForItsNameChangesNoOtherText) {
  Result result = named_result();
  result.findings.back().what = "instance store of storage-7 at instance:/x";
  result.host.block_devices[1].serial = "unknown";
  const Result before = result;
  redact(result, {"instance", "storage", "random", "storage-7"});
  ASSERT_EQ(result.plan.cases.size(), before.plan.cases.size());
  for (std::size_t i = 0; i < result.plan.cases.size(); ++i) {
    EXPECT_EQ(result.plan.cases[i].id, before.plan.cases[i].id);
    EXPECT_EQ(result.plan.cases[i].target, before.plan.cases[i].target);
  }
  EXPECT_EQ(write_json(result.plan).find("redacted-host-store"), std::string::npos);
  EXPECT_EQ(result.findings.back().what, "instance store of redacted-host at instance:/x");
  EXPECT_NE(result.host.block_devices[1].serial, "unknown");
}

TEST(Redaction, WhatRefersToAnotherPartStaysAsItIs) {
  Result result = named_result();
  result.host.block_devices[1].serial = "storage-disk-1";
  for (Target& target : result.plan.targets) target.id = "storage-disk-1";
  redact(result);
  for (const Target& target : result.plan.targets) EXPECT_EQ(target.id, "storage-disk-1");
}

TEST(Redaction, AShortSerialNumberIsNotLookedForInOtherTexts) {
  Result result = named_result();
  result.host.block_devices[1].serial = "1";
  result.findings.back().what = "queue 1 of 1";
  redact(result);
  EXPECT_EQ(result.findings.back().what, "queue 1 of 1");
  EXPECT_NE(result.host.block_devices[1].serial, "1");
}

}  // namespace
}  // namespace assay
