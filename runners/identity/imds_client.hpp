#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

namespace assay {

/// Where the instance metadata service is and how patiently it is asked.
struct ImdsOptions {
  std::string endpoint = "http://169.254.169.254";  // without a slash at the end
  bool endpoint_given = false;                      // by the environment: also asked off EC2
  bool disabled = false;
  std::chrono::milliseconds timeout{1000};  // of each attempt, and at most this to connect
  int attempts = 3;
};

/// The variables that AWS's own tools read: AWS_EC2_METADATA_SERVICE_ENDPOINT, ..._ENDPOINT_MODE
/// (IPv4 or IPv6), AWS_EC2_METADATA_DISABLED, AWS_METADATA_SERVICE_TIMEOUT (seconds) and
/// AWS_METADATA_SERVICE_NUM_ATTEMPTS. Throws UsageError for a value that means nothing.
ImdsOptions imds_options_from_environment();

/// The metadata service cannot be used; the words say why and never carry a token.
class ImdsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Owns the session token of IMDSv2. Version 1 is never asked: a service that gives no token is no
/// service. Not thread-safe: one client for each thread.
class ImdsClient {
 public:
  explicit ImdsClient(ImdsOptions options) : options_(std::move(options)) {}

  /// The item at `path`, which begins with /latest/; empty where there is none (404). A token that
  /// is refused (401) is renewed once. Throws ImdsError.
  std::optional<std::string> get(const std::string& path);

 private:
  struct Answer {
    int status = 0;
    std::string body;
  };
  Answer ask(const std::string& method, const std::string& path, const std::string& header,
             const std::string& value) const;
  void renew_token();

  ImdsOptions options_;
  std::string token_;
};

}  // namespace assay
