#include "runners/identity/instance_identity.hpp"

#include <gtest/gtest.h>

#include "tests/identity/fake_imds.hpp"

namespace assay {
namespace {

const Identity nitro{"Amazon EC2", "i4i.8xlarge", "", "1.0", "i-0fedcba9876543210"};
const Identity elsewhere{"QEMU", "Standard PC", "pc-q35", "1.16", ""};

Ec2Instance identify(const FakeServer& server, AccountId account = AccountId::leave_out) {
  return identify_instance(nitro, options_for(server), account);
}

TEST(InstanceIdentity, EverythingThatTheServiceSays) {
  const FakeServer server(imds_v2(example_items()));
  const Ec2Instance instance = identify(server);
  EXPECT_EQ(instance.unknown, "");
  EXPECT_EQ(instance.instance_id, "i-0123456789abcdef0");
  EXPECT_EQ(instance.instance_type, "i4i.8xlarge");
  EXPECT_EQ(instance.availability_zone, "us-east-1b");
  EXPECT_EQ(instance.availability_zone_id, "use1-az4");
  EXPECT_EQ(instance.region, "us-east-1");
  EXPECT_EQ(instance.ami_id, "ami-0abcdef1234567890");
  EXPECT_EQ(instance.life_cycle, "spot");
  ASSERT_EQ(instance.tags.size(), 2U);
  EXPECT_EQ(instance.tags[0].value, "storage test");
}

TEST(InstanceIdentity, TheAccountOnlyWhenAsked) {
  const FakeServer server(imds_v2(example_items()));
  EXPECT_FALSE(identify(server).account_id.has_value());
  for (const ReceivedRequest& request : server.received()) {
    EXPECT_EQ(request.target.find("identity/document"), std::string::npos);
  }
  EXPECT_EQ(identify(server, AccountId::record).account_id, "123456789012");
}

TEST(InstanceIdentity, NeverAsksForCredentials) {
  const FakeServer server(imds_v2(example_items()));
  identify(server, AccountId::record);
  for (const ReceivedRequest& request : server.received()) {
    EXPECT_EQ(request.target.find("iam"), std::string::npos);
  }
}

TEST(InstanceIdentity, OffEc2NothingIsAsked) {
  const FakeServer server(imds_v2(example_items()));
  ImdsOptions options = options_for(server);
  EXPECT_EQ(identify_instance(elsewhere, options, AccountId::leave_out).unknown, "not EC2");
  EXPECT_TRUE(server.received().empty());
  options.endpoint_given = true;  // whoever names an endpoint wants it asked
  EXPECT_EQ(identify_instance(elsewhere, options, AccountId::leave_out).region, "us-east-1");
}

TEST(InstanceIdentity, Xen) {
  EXPECT_TRUE(is_ec2({"Xen", "HVM domU", "4.11.amazon", "4.11.amazon", ""}));
  EXPECT_FALSE(is_ec2({"Xen", "HVM domU", "4.11", "4.11", ""}));
  EXPECT_FALSE(is_ec2({}));
}

TEST(InstanceIdentity, OtherCloudsAnswerToo) {
  for (const char* id : {"4711", "i-XYZ", "i-0123456789abcdef0\n", "", "<html>"}) {
    auto items = example_items();
    items["meta-data/instance-id"] = id;
    const FakeServer server(imds_v2(items));
    const Ec2Instance instance = identify(server);
    EXPECT_NE(instance.unknown.find("no instance of EC2"), std::string::npos) << id;
    EXPECT_EQ(instance.instance_id, "i-0fedcba9876543210");  // firmware's
    EXPECT_EQ(instance.region, "");
  }
}

TEST(InstanceIdentity, OddValuesAreLeftOut) {
  auto items = example_items();
  items["meta-data/placement/region"] = "us-east-1\x1b[31m";
  items["meta-data/ami-id"] = std::string(5000, 'a');
  items["meta-data/tags/instance"] = "Name\n../../iam\nodd";
  items["meta-data/tags/instance/odd"] = "a\x07";
  const FakeServer server(imds_v2(items));
  const Ec2Instance instance = identify(server);
  EXPECT_EQ(instance.region, "");
  EXPECT_EQ(instance.ami_id, "");
  ASSERT_EQ(instance.tags.size(), 1U);
  EXPECT_EQ(instance.tags[0].key, "Name");
}

TEST(InstanceIdentity, WithoutTheServiceFirmwareKnowsTwoItems) {
  const FakeServer server([](const ReceivedRequest&) { return http_answer(403); });
  const Ec2Instance instance = identify(server);
  EXPECT_EQ(instance.instance_id, "i-0fedcba9876543210");
  EXPECT_EQ(instance.instance_type, "i4i.8xlarge");
  EXPECT_NE(instance.unknown.find("403"), std::string::npos);
}

}  // namespace
}  // namespace assay
