#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "runners/collect/listing.hpp"
#include "runners/http/retry.hpp"
#include "runners/identity/imds_client.hpp"
#include "runners/upload/signature.hpp"

namespace assay {

/// Which bucket, and where it is.
struct BucketSetting {
  std::string bucket;
  std::string region;
  std::string endpoint;  // empty: Amazon's
  ImdsOptions imds;      // for role credentials
};

/// An object as it was when it was fetched.
struct FetchedObject {
  std::string etag;
  std::string body;
};

/// A bucket that is only read. Owns the credentials, asked for anew every few minutes, since those
/// of a role end. Its functions may be called from several threads at once; they throw
/// std::runtime_error in words, which hold no secret.
class Bucket {
 public:
  Bucket(BucketSetting setting, RetryRules rules) : setting_(std::move(setting)), rules_(rules) {}

  /// Every object below `prefix` (without slashes at its ends; empty: of the bucket), page by page.
  std::vector<ListedObject> list(const std::string& prefix);

  /// The bytes of an object of at most `bytes_max`.
  FetchedObject get(const std::string& key, std::size_t bytes_max);

 private:
  AwsCredentials credentials();
  HttpResponse ask(const std::string& target, std::size_t bytes_max, const std::string& action,
                   const std::string& what);

  BucketSetting setting_;
  RetryRules rules_;
  std::mutex mutex_;  // of what follows
  AwsCredentials credentials_;
  std::chrono::steady_clock::time_point renew_at_;
};

}  // namespace assay
