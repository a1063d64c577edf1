#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

enum class UserDataFormat { cloud_config, script, mime };
enum class OnFinish { terminate, stop, keep };
enum class InstanceStore { unsaid, overwrite, leave_out };

/// What `assay user-data` was asked for.
struct UserDataOptions {
  std::string suite = "standard";
  std::string bundle_url;
  std::string bundle_sha256;
  std::string upload;      // a prefix, or the name of a file of presigned URLs
  std::string urls;        // that file's text; empty with a prefix
  std::string need_class;  // empty: any instance will do
  std::vector<std::string> allow_write;
  InstanceStore instance_store = InstanceStore::unsaid;
  std::uint32_t minutes_max = 0;  // 0: what the suite needs
  OnFinish on_finish = OnFinish::terminate;
  UserDataFormat format = UserDataFormat::cloud_config;
  std::vector<std::string> tags;          // k=v
  std::vector<std::string> volume_notes;  // DEVICE TYPE iops=N mbps=N
};

/// EC2 takes this much, before base64.
constexpr std::size_t user_data_bytes_max = 16384;

/// Throws UsageError in words, which say what to type instead, for everything that could not work
/// on the instance: nobody would be there to see it fail. `now_s` is since 1970: presigned URLs
/// must outlive the run.
void check_user_data_options(const UserDataOptions& options, long now_s);

/// Minutes after which the instance powers itself off, whatever happens.
std::uint32_t minutes_max_of(const UserDataOptions& options);

/// In words, that the suite takes longer than the instance lives; empty: there is time for it.
std::string too_short_words(const UserDataOptions& options);

/// The user-data. Throws UsageError when it is too long for EC2.
std::string render_user_data(const UserDataOptions& options);

}  // namespace assay
