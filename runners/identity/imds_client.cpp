#include "runners/identity/imds_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "runners/http/http.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr const char* token_lifetime_s = "21600";  // the most that is given
constexpr std::size_t answer_bytes_max = std::size_t{64} << 10;
constexpr std::size_t token_bytes_max = 1024;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return text;
}

double number_of(const char* name, const std::string& text, double least, double most) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (*end == '\0' && value >= least && value <= most) return value;
  throw UsageError(
      fmt::format("{}={}: give a number from {:g} to {:g}, or unset it", name, text, least, most));
}

/// A token is sent back as a header: only what a header may hold.
bool is_token(const std::string& text) {
  return !text.empty() && text.size() <= token_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string meaning_of(int status) {
  switch (status) {
    case 400:
      return "refused the request for a token (400)";
    case 401:
      return "refused a fresh token (401)";
    case 403:
      return "is switched off for this instance (403)";
    case 404:
    case 405:
      return fmt::format("has no version 2 ({}), and version 1 is not used", status);
    default:
      return fmt::format("answered with status {}", status);
  }
}

}  // namespace

ImdsOptions imds_options_from_environment() {
  ImdsOptions options;
  const std::string mode = lower_case(environment("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"));
  if (!mode.empty() && mode != "ipv4" && mode != "ipv6") {
    throw UsageError("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is IPv4 or IPv6, or unset");
  }
  if (mode == "ipv6") options.endpoint = "http://[fd00:ec2::254]";
  if (const std::string given = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT"); !given.empty()) {
    options.endpoint = given.substr(0, given.find_last_not_of('/') + 1);
    options.endpoint_given = true;
    parse_url(options.endpoint);  // told now, not as a service that does not answer
  }
  options.disabled = lower_case(environment("AWS_EC2_METADATA_DISABLED")) == "true";
  constexpr const char* timeout_name = "AWS_METADATA_SERVICE_TIMEOUT";
  if (const std::string text = environment(timeout_name); !text.empty()) {
    options.timeout =
        std::chrono::milliseconds(std::lround(1000 * number_of(timeout_name, text, 0.001, 60)));
  }
  constexpr const char* attempts_name = "AWS_METADATA_SERVICE_NUM_ATTEMPTS";
  if (const std::string text = environment(attempts_name); !text.empty()) {
    options.attempts = static_cast<int>(number_of(attempts_name, text, 1, 10));
  }
  return options;
}

std::optional<std::string> ImdsClient::get(const std::string& path) {
  if (options_.disabled) throw ImdsError("AWS_EC2_METADATA_DISABLED is set");
  if (token_.empty()) renew_token();
  Answer answer = ask("GET", path, "X-aws-ec2-metadata-token", token_);
  if (answer.status == 401) {
    renew_token();
    answer = ask("GET", path, "X-aws-ec2-metadata-token", token_);
  }
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200) {
    throw ImdsError("the metadata service " + meaning_of(answer.status));
  }
  return std::move(answer.body);
}

void ImdsClient::renew_token() {
  token_.clear();
  Answer answer =
      ask("PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds", token_lifetime_s);
  if (answer.status != 200) {
    throw ImdsError("the metadata service " + meaning_of(answer.status));
  }
  if (!is_token(answer.body)) {
    throw ImdsError("what answers at the metadata service's address gave no token of EC2's kind");
  }
  token_ = std::move(answer.body);
}

/// Attempts with growing pauses: only where there was no answer, or one that says "later".
ImdsClient::Answer ImdsClient::ask(const std::string& method, const std::string& path,
                                   const std::string& header, const std::string& value) const {
  HttpRequest request;
  request.method = method;
  request.url = parse_url(options_.endpoint + path);
  request.headers[header] = value;
  const HttpLimits limits{std::min(options_.timeout, std::chrono::milliseconds(1000)),
                          options_.timeout, answer_bytes_max};
  std::string reason;
  for (int attempt = 0; attempt < options_.attempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100) * attempt);
    try {
      HttpResponse response = http_request(request, limits);
      if (response.status != 429 && response.status < 500) {
        return {response.status, std::move(response.body)};
      }
      reason = meaning_of(response.status);
    } catch (const HttpError& error) {
      reason = fmt::format("does not answer ({})", error.what());
    }
  }
  throw ImdsError("the metadata service " + reason);
}

}  // namespace assay
