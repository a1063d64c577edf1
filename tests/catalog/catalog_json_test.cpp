#include "reports/catalog/catalog_json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace assay {
namespace {

// Shaped as the vendor's command prints it, with the members that are read and some that are not.
constexpr const char* instance_types = R"({"InstanceTypes": [{
  "InstanceType": "zz9.2xlarge", "CurrentGeneration": true, "FreeTierEligible": false,
  "Hypervisor": "nitro", "ProcessorInfo": {"SupportedArchitectures": ["arm64"]},
  "VCpuInfo": {"DefaultVCpus": 8}, "MemoryInfo": {"SizeInMiB": 65536},
  "InstanceStorageInfo": {"TotalSizeInGB": 1900, "NvmeSupport": "required",
    "Disks": [{"SizeInGB": 950, "Count": 2, "Type": "ssd"}]},
  "EbsInfo": {"EbsOptimizedInfo": {"BaselineBandwidthInMbps": 2500, "BaselineIops": 12000,
    "BaselineThroughputInMBps": 312.5, "MaximumBandwidthInMbps": 10000, "MaximumIops": 40000,
    "MaximumThroughputInMBps": 1250.0}},
  "NetworkInfo": {"NetworkCards": [{"BaselineBandwidthInGbps": 3.75, "PeakBandwidthInGbps": 15.0}]},
  "GpuInfo": {"Gpus": [{"Name": "L4", "Manufacturer": "NVIDIA", "Count": 2,
    "MemoryInfo": {"SizeInMiB": 22888}}], "TotalGpuMemoryInMiB": 45776}
}, {"InstanceType": "zz9.large"}]})";

TEST(aws_json, instance_types_are_read) {
  const Catalog catalog = read_describe_instance_types(instance_types, "types.json", "2026-11-01");
  ASSERT_EQ(catalog.types.size(), 2U);
  EXPECT_EQ(catalog.types[0].name, "zz9.large");
  EXPECT_FALSE(catalog.types[0].ebs.base_iops);
  const InstanceType& type = catalog.types[1];
  EXPECT_EQ(type.memory_bytes, 64ULL << 30);
  EXPECT_EQ(type.disks, 2U);
  EXPECT_EQ(type.disk_bytes_each, 950'000'000'000ULL);
  EXPECT_EQ(type.disk_bytes_total, 1'900'000'000'000ULL);
  EXPECT_EQ(type.gpus, 2U);
  EXPECT_EQ(type.gpu, "L4");
  EXPECT_EQ(type.ebs.max_bytes_per_s, 1.25e9);
  EXPECT_EQ(type.network_peak_gbps, 15);
  EXPECT_EQ(type.origin, Origin::user);
  EXPECT_EQ(type.source, "types.json");
}

std::string product(const std::string& attributes) {
  const std::string text = R"({"product": {"productFamily": "Compute Instance", "attributes": {)" +
                           attributes + R"("instanceType": "zz9.large", "regionCode": "eu-west-1",
    "preInstalledSw": "NA", "capacitystatus": "Used"}},
    "terms": {"OnDemand": {"A": {"priceDimensions": {"A1": {"unit": "Hrs",
        "pricePerUnit": {"USD": "0.1500000000"}}}}},
      "Reserved": {
        "B": {"termAttributes": {"LeaseContractLength": "3yr", "OfferingClass": "standard",
            "PurchaseOption": "All Upfront"}, "priceDimensions": {
            "B1": {"unit": "Quantity", "pricePerUnit": {"USD": "2628"}},
            "B2": {"unit": "Hrs", "pricePerUnit": {"USD": "0.0000000000"}}}},
        "C": {"termAttributes": {"LeaseContractLength": "1yr", "OfferingClass": "standard",
            "PurchaseOption": "All Upfront"}, "priceDimensions": {
            "C1": {"unit": "Quantity", "pricePerUnit": {"USD": "1"}}}}}},
    "publicationDate": "2026-10-30T12:00:00Z"})";
  std::string quoted;
  for (const char c : text) {
    if (c == '"') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return "\"" + quoted + "\"";
}

TEST(aws_json, prices_of_plain_linux_are_read_from_texts_that_hold_json) {
  const std::string list = R"({"FormatVersion": "aws_v1", "PriceList": [)" +
                           product(R"("operatingSystem": "Windows", "tenancy": "Shared", )") + "," +
                           product(R"("operatingSystem": "Linux", "tenancy": "Dedicated", )") +
                           "," + product(R"("operatingSystem": "Linux", "tenancy": "Shared", )") +
                           "]}";
  const Catalog catalog = read_get_products(list, "prices.json", "2026-11-01");
  ASSERT_EQ(catalog.prices.size(), 2U);
  const Price* price = find_price(catalog, "zz9.large", PurchaseOption::on_demand, "eu-west-1");
  ASSERT_NE(price, nullptr);
  EXPECT_DOUBLE_EQ(price->usd_per_hour, 0.15);
  EXPECT_EQ(price->date, "2026-10-30");
  price = find_price(catalog, "zz9.large", PurchaseOption::reserved_3y, "eu-west-1");
  ASSERT_NE(price, nullptr);
  EXPECT_DOUBLE_EQ(price->usd_per_hour, 0.1);  // 2628 dollars over 3 x 8760 hours
}

/// One product of EBS, as text.
std::string volume_product(const std::string& usage, const std::string& unit, const char* usd,
                           const char* region = "eu-west-1") {
  return fmt::format(
      R"({{"product": {{"attributes": {{"usagetype": "{}", "regionCode": "{}", )"
      R"("locationType": "AWS Region"}}}}, "publicationDate": "2026-10-30T00:00:00Z", )"
      R"("terms": {{"OnDemand": {{"x": {{"priceDimensions": {{"y": {{"unit": "{}", )"
      R"("pricePerUnit": {{"USD": "{}"}}}}}}}}}}}}}})",
      usage, region, unit, usd);
}

std::string price_list(const std::vector<std::string>& products) {
  return fmt::format(R"({{"PriceList": [{}]}})", fmt::join(products, ","));
}

TEST(aws_json, volumes_are_priced_by_what_is_provisioned) {
  const std::vector<std::string> products{
      volume_product("EU-EBS:VolumeP-Throughput.gp3", "GiBps-mo", "45.056"),
      volume_product("EU-EBS:VolumeP-IOPS.gp3", "IOPS-Mo", "0.0055"),
      volume_product("EU-EBS:VolumeUsage.gp3", "GB-Mo", "0.088"),
      volume_product("EU-EBS:VolumeP-IOPS.io2.tier2", "IOPS-Mo", "0.05"),
      volume_product("EU-EBS:VolumeP-IOPS.io2", "IOPS-Mo", "0.072"),
      volume_product("EU-EBS:SnapshotUsage", "GB-Mo", "0.05")};
  const Catalog catalog = read_get_products(price_list(products), "prices.json", "2026-11-01");
  ASSERT_EQ(catalog.ebs.volumes.size(), 2U);
  // 1000 GiB, 3,000 IOPS and 375 MiB/s beyond what comes with gp3; a month has 730 hours.
  const VolumeCost gp3 = volume_cost(catalog.ebs, {"gp3", 1000, 6000, 500.0 * (1 << 20)});
  EXPECT_TRUE(gp3.missing.empty()) << gp3.missing.front();
  EXPECT_NEAR(gp3.usd_per_hour * 730, 88 + 3000 * 0.0055 + 375 * 0.044, 1e-9);
  EXPECT_EQ(gp3.source, "prices.json, eu-west-1, 2026-10-30");
  const VolumeCost io2 = volume_cost(catalog.ebs, {"io2", 100, 40000, 0});
  ASSERT_EQ(io2.missing.size(), 1U);  // its capacity was not in the list
  EXPECT_NEAR(io2.usd_per_hour * 730, 32000 * 0.072 + 8000 * 0.05, 1e-9);
  EXPECT_EQ(volume_cost(catalog.ebs, {"io2", 100, 0, 0}).untold.back(),
            "the volume's IOPS are not known");
  EXPECT_EQ(volume_cost(catalog.ebs, {"io2", 100, 70000, 0}).missing.back(),
            "no price of io2 IOPS above 64000");
}

TEST(aws_json, what_could_make_a_volume_s_price_wrong_is_refused) {
  const auto refused = [](const std::vector<std::string>& products) {
    try {
      read_get_products(price_list(products), "", "");
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string gp3 = volume_product("EBS:VolumeUsage.gp3", "GB-Mo", "0.08", "us-east-1");
  EXPECT_NE(refused({volume_product("EBS:VolumeP-Throughput.gp3", "TiBps-mo", "1")})
                .find("a unit that is not known"),
            std::string::npos);
  EXPECT_NE(refused({gp3, volume_product("EU-EBS:VolumeUsage.gp2", "GB-Mo", "0.11")})
                .find("of us-east-1 and of eu-west-1"),
            std::string::npos);
  EXPECT_NE(refused({volume_product("EBS:VolumeUsage.gp3", "GB-Mo", "free")}), "");
  EXPECT_NE(refused({volume_product("EBS:VolumeP-IOPS.io2.tier2", "IOPS-Mo", "0.05")})
                .find("the price of IOPS of io2 up to 32000 is not in it"),
            std::string::npos);
  EXPECT_EQ(refused({gp3}), "");
  const std::string iops = volume_product("EBS:VolumeP-IOPS.gp3", "IOPS-Mo", "0.005", "us-east-1");
  EXPECT_EQ(refused({gp3, iops, gp3, iops}), "") << "pages of a list overlap";
  for (const char* usage : {"EBS:VolumeUsage.gp3", "EBS:VolumeP-IOPS.gp3"}) {
    const std::string unit =
        std::string(usage).find("IOPS") != std::string::npos ? "IOPS-Mo" : "GB-Mo";
    EXPECT_NE(refused({gp3, iops, volume_product(usage, unit, "0.09", "us-east-1")})
                  .find("has more than one price"),
              std::string::npos)
        << usage;
  }
}

TEST(aws_json, of_spot_prices_the_newest_of_each_zone_is_kept) {
  const Catalog catalog = read_spot_price_history(R"({"SpotPriceHistory": [
    {"AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az4",
     "InstanceType": "i4i.large",
     "ProductDescription": "Linux/UNIX", "SpotPrice": "0.07", "Timestamp": "2026-11-02T01:00:00Z"},
    {"AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az4",
     "InstanceType": "i4i.large",
     "ProductDescription": "Linux/UNIX", "SpotPrice": "0.05", "Timestamp": "2026-11-01T01:00:00Z"},
    {"AvailabilityZone": "us-east-1b", "InstanceType": "i4i.large",
     "ProductDescription": "Linux/UNIX", "SpotPrice": "0.06", "Timestamp": "2026-11-01T01:00:00Z"},
    {"AvailabilityZone": "us-east-1b", "InstanceType": "i4i.large",
     "ProductDescription": "Windows", "SpotPrice": "0.01", "Timestamp": "2026-11-03T01:00:00Z"}]})",
                                                  "spot.json");
  ASSERT_EQ(catalog.prices.size(), 2U);
  EXPECT_EQ(catalog.prices[0].availability_zone, "us-east-1b");
  EXPECT_EQ(catalog.prices[1].availability_zone, "use1-az4");
  EXPECT_EQ(catalog.prices[1].region, "us-east-1");
  EXPECT_DOUBLE_EQ(catalog.prices[1].usd_per_hour, 0.07);
}

TEST(aws_json, other_documents_are_refused_in_words) {
  const auto refused = [](const char* text) {
    try {
      read_describe_instance_types(text, "", "");
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(refused("{}").find("aws ec2 describe-instance-types"), std::string::npos);
  EXPECT_NE(refused("not json"), "");
  EXPECT_NE(refused("[1]"), "");
  EXPECT_NE(refused(R"({"InstanceTypes": [{}]})"), "");
  EXPECT_NE(refused(R"({"InstanceTypes": [{"InstanceType": 5}]})"), "");
  EXPECT_NE(refused(R"({"InstanceTypes": [{"InstanceType": "a.b", "VCpuInfo": 7}]})"), "");
  EXPECT_THROW(read_get_products(R"({"PriceList": []})", "", ""), std::runtime_error);
  EXPECT_THROW(read_get_products(R"({"PriceList": ["{"]})", "", ""), std::runtime_error);
  EXPECT_THROW(read_spot_price_history(R"({"SpotPriceHistory": [{}]})", ""), std::runtime_error);
}

TEST(catalog_json, what_is_written_is_read_again_as_the_users) {
  Catalog catalog = read_describe_instance_types(instance_types, "types.json", "2026-11-01");
  catalog.prices = {{"zz9.large", "us-east-1", PurchaseOption::spot, "use1-az4", "spot.json",
                     "2026-11-01", 0.25, Origin::user}};
  catalog.ebs.volumes = {{"gp3", 0.08, 3000, {{1e9, 0.005}}, 125 << 20, 0.04, "me", "", {}}};
  const Catalog again = read_catalog(write_catalog(catalog));
  EXPECT_EQ(write_catalog(again).size(),
            write_catalog(catalog).size() - std::string("built in").size() + 4);  // the volume's
  EXPECT_EQ(again.types[1].memory_bytes, 64ULL << 30);
  EXPECT_FALSE(again.types[0].read_iops);
  EXPECT_EQ(again.prices[0].availability_zone, "use1-az4");
  EXPECT_EQ(again.ebs.volumes[0].per_mib_per_s, 0.04);
  EXPECT_THROW(read_catalog("{}"), std::runtime_error);
  EXPECT_THROW(read_catalog(R"({"schema": "assay-catalog", "version": 2})"), std::runtime_error);
}

}  // namespace
}  // namespace assay
