#include "runners/upload/role_credentials.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>

namespace assay {

namespace {

constexpr const char* role_path = "/latest/meta-data/iam/security-credentials/";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

}  // namespace

AwsCredentials find_credentials(const ImdsOptions& options, const std::string& advice) {
  const auto no_role = [&](const std::string& why) {
    return std::runtime_error(fmt::format("no credentials for S3: {}; {}", why, advice));
  };
  AwsCredentials credentials{environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"),
                             environment("AWS_SESSION_TOKEN")};
  if (!credentials.access_key_id.empty()) return credentials;
  try {
    ImdsClient client(options);
    std::string role = client.get(role_path).value_or("");
    role = role.substr(0, role.find_first_of("\r\n"));
    static const std::regex role_name("[A-Za-z0-9+=,.@_-]{1,128}");
    if (!std::regex_match(role, role_name)) throw no_role("the instance has no role");
    const auto document =
        nlohmann::json::parse(client.get(role_path + role).value_or(""), nullptr, false);
    if (!document.is_object() || document.value("Code", "") != "Success") {
      throw no_role(fmt::format("the role {} gives none", role));
    }
    credentials = {document.value("AccessKeyId", ""), document.value("SecretAccessKey", ""),
                   document.value("Token", "")};
    if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
      throw no_role(fmt::format("those of the role {} are incomplete", role));
    }
    return credentials;
  } catch (const ImdsError& error) {
    throw no_role(error.what());
  } catch (const nlohmann::json::exception&) {
    throw no_role("the role's are of an unknown form");
  }
}

std::string find_region(const ImdsOptions& options) {
  static const std::regex region_name("[a-z0-9-]{4,50}");
  std::string region = environment("AWS_REGION");
  if (region.empty()) region = environment("AWS_DEFAULT_REGION");
  if (region.empty()) {
    try {
      region = ImdsClient(options).get("/latest/meta-data/placement/region").value_or("");
    } catch (const ImdsError& error) {
      throw std::runtime_error(
          fmt::format("the bucket's region is not known: {}; set AWS_REGION", error.what()));
    }
  }
  if (!std::regex_match(region, region_name)) {
    throw std::runtime_error("the bucket's region is not known: set AWS_REGION");
  }
  return region;
}

}  // namespace assay
