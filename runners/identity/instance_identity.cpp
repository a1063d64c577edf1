#include "runners/identity/instance_identity.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

namespace assay {

namespace {

constexpr const char* meta_data = "/latest/meta-data/";
constexpr std::size_t tags_max = 50;  // of an EC2 resource
constexpr std::size_t tag_value_bytes_max = 1024;

struct Item {
  const char* path;
  const char* pattern;  // of the whole value; other clouds answer at this address too
  std::string Ec2Instance::*member;
};

/// Rows of "where it is, what it looks like": AWS names its zones and types by no fixed list.
const std::array<Item, 7>& items() {
  static const std::array<Item, 7> all{{
      {"instance-id", "i-[0-9a-f]{8,32}", &Ec2Instance::instance_id},
      {"instance-type", "[a-z0-9-]{1,30}\\.[a-z0-9-]{1,30}", &Ec2Instance::instance_type},
      {"placement/availability-zone", "[a-z0-9-]{4,50}", &Ec2Instance::availability_zone},
      {"placement/availability-zone-id", "[a-z0-9-]{4,50}", &Ec2Instance::availability_zone_id},
      {"placement/region", "[a-z0-9-]{4,50}", &Ec2Instance::region},
      {"ami-id", "ami-[0-9a-f]{8,32}", &Ec2Instance::ami_id},
      {"instance-life-cycle", "[a-z-]{2,30}", &Ec2Instance::life_cycle},
  }};
  return all;
}

bool matches(const std::string& text, const char* pattern) {
  return text.size() < 200 && std::regex_match(text, std::regex(pattern));
}

bool is_plain(const std::string& text, std::size_t bytes_max) {
  if (text.empty() || text.size() > bytes_max) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) return false;
  }
  return true;
}

/// Keys with characters that a path cannot hold are not served by EC2 at all.
std::vector<InstanceTag> read_tags(ImdsClient& client) {
  std::vector<InstanceTag> tags;
  const auto list = client.get(std::string(meta_data) + "tags/instance");
  std::istringstream keys(list.value_or(""));
  for (std::string key; std::getline(keys, key) && tags.size() < tags_max;) {
    if (!matches(key, "[A-Za-z0-9+=.,@_:-]{1,128}")) continue;
    const auto value = client.get(fmt::format("{}tags/instance/{}", meta_data, key));
    if (value && is_plain(*value, tag_value_bytes_max)) tags.push_back({key, *value});
  }
  return tags;
}

std::optional<std::string> read_account(ImdsClient& client) {
  const auto text = client.get("/latest/dynamic/instance-identity/document");
  const auto document = nlohmann::json::parse(text.value_or(""), nullptr, false);
  if (!document.is_object() || !document.contains("accountId")) return std::nullopt;
  const nlohmann::json& id = document["accountId"];
  if (!id.is_string() || !matches(id.get<std::string>(), "[0-9]{12}")) return std::nullopt;
  return id.get<std::string>();
}

void read_items(ImdsClient& client, Ec2Instance& instance) {
  for (const Item& item : items()) {
    const auto value = client.get(std::string(meta_data) + item.path);
    if (value && matches(*value, item.pattern)) {
      instance.*item.member = *value;
    } else if (item.member == &Ec2Instance::instance_id) {
      throw ImdsError("what answers at the metadata service's address names no instance of EC2");
    }
  }
}

}  // namespace

bool is_ec2(const Identity& firmware) {
  const auto amazon = [](const std::string& text) {
    return text.find("amazon") != std::string::npos || text.find("Amazon EC2") != std::string::npos;
  };
  return amazon(firmware.sys_vendor) || amazon(firmware.product_version) ||
         amazon(firmware.bios_version);  // the last two on Xen
}

Ec2Instance identify_instance(const Identity& firmware, const ImdsOptions& options,
                              AccountId account) {
  Ec2Instance instance;
  if (!is_ec2(firmware) && !options.endpoint_given) {
    instance.unknown = "not EC2";
    return instance;
  }
  ImdsClient client(options);
  try {
    read_items(client, instance);
    instance.tags = read_tags(client);
    if (account == AccountId::record) instance.account_id = read_account(client);
    return instance;
  } catch (const std::exception& error) {
    instance.unknown = error.what();
  }
  // On Nitro, firmware has these two.
  if (instance.instance_id.empty() && matches(firmware.board_asset_tag, items()[0].pattern)) {
    instance.instance_id = firmware.board_asset_tag;
  }
  if (instance.instance_type.empty() && matches(firmware.product_name, items()[1].pattern)) {
    instance.instance_type = firmware.product_name;
  }
  return instance;
}

}  // namespace assay
