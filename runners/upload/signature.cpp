#include "runners/upload/signature.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <vector>

#include "reports/sha256.hpp"

namespace assay {

namespace {

constexpr const char* algorithm = "AWS4-HMAC-SHA256";

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           &size) == nullptr) {
    throw std::runtime_error("HMAC-SHA256 failed");
  }
  return {digest.begin(), digest.begin() + size};
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Runs of blanks are one blank, none at the ends.
std::string canonical_value(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == ' ' && (text.empty() || text.back() == ' ')) continue;
    text.push_back(c);
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

/// Parameters by name, each with its '='. They are encoded already, as they are sent.
std::string canonical_query(const std::string& query) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    std::string part = query.substr(begin, end - begin);
    if (part.find('=') == std::string::npos) part += '=';
    if (part != "=") parts.push_back(std::move(part));
    begin = end + 1;
  }
  std::sort(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, "&"));
}

Headers signed_headers(const HttpRequest& request) {
  Headers headers = request.headers;
  headers["host"] = request.url.authority();
  return headers;
}

std::string names_of(const Headers& headers) {
  std::string names;
  for (const auto& [name, value] : headers) names += (names.empty() ? "" : ";") + lower_case(name);
  return names;
}

}  // namespace

std::string canonical_request(const HttpRequest& request, const std::string& payload_sha256) {
  const std::string& target = request.url.target;
  const std::size_t question = target.find('?');
  const std::string query = question == std::string::npos ? "" : target.substr(question + 1);
  const Headers headers = signed_headers(request);
  std::string lines;
  for (const auto& [name, value] : headers) {
    lines += fmt::format("{}:{}\n", lower_case(name), canonical_value(value));
  }
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, target.substr(0, question),
                     canonical_query(query), lines, names_of(headers), payload_sha256);
}

void sign_request(HttpRequest& request, const AwsCredentials& credentials,
                  const SigningScope& scope, const std::string& payload_sha256) {
  request.headers["x-amz-date"] = scope.time_utc;
  if (!credentials.session_token.empty()) {
    request.headers["x-amz-security-token"] = credentials.session_token;
  }
  const std::string date = scope.time_utc.substr(0, 8);
  const std::string area = fmt::format("{}/{}/{}/aws4_request", date, scope.region, scope.service);
  const std::string text = fmt::format("{}\n{}\n{}\n{}", algorithm, scope.time_utc, area,
                                       sha256_hex(canonical_request(request, payload_sha256)));
  std::string key = hmac_sha256("AWS4" + credentials.secret_access_key, date);
  for (const std::string& part : {scope.region, scope.service, std::string("aws4_request")}) {
    key = hmac_sha256(key, part);
  }
  const std::string names = names_of(signed_headers(request));
  request.headers["Authorization"] =
      fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm,
                  credentials.access_key_id, area, names, hex(hmac_sha256(key, text)));
}

}  // namespace assay
