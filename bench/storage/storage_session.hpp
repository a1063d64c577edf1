#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "bench/measure/run_control.hpp"
#include "bench/storage/file_handle.hpp"
#include "bench/storage/test_file.hpp"
#include "bench/storage/uring_command.hpp"
#include "bench/storage/vendor_metrics.hpp"
#include "bench/storage/vendor_statistics.hpp"
#include "bench/storage/verify.hpp"
#include "bench/storage/writable_device.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Owns one storage target for the time of its cases: the test file on a file system (created and
/// filled on opening), a device that it has leave to overwrite (held exclusively, its span filled
/// on opening), or the read-only descriptor of a device or an existing file.
class StorageSession {
 public:
  /// Precondition: the target was chosen by a Plan, its span_bytes in whole MiB. Throws
  /// std::runtime_error in words; nothing is left behind then.
  /// `admin` reads the vendor statistics of the device beneath; tests put a device there. `guard`
  /// has the last word before a device is written to. Of a device, the run may have
  /// filled the first `filled_before_bytes` before it was interrupted: when they are still there,
  /// the fill goes on from them.
  StorageSession(const Target& target, std::uint64_t seed, const RunControl& control,
                 AdminCommand admin = system_admin_command(),
                 const DeviceGuard& guard = refusing_guard(),
                 std::uint64_t filled_before_bytes = 0);

  /// What was written before the first case; empty for a target that is only read.
  const std::optional<Preparation>& preparation() const { return preparation_; }

  /// Measures one storage case on this target alone. See run_storage_case.
  CaseResult run(const Case& item, const RunControl& control);

  /// A descriptor to measure through, as the parameters ask for.
  struct Access {
    FileHandle owned;  // where it is not the session's own
    int fd = -1;
    NvmeNamespace name_space;  // of NVMe passthrough
  };
  /// Throws std::runtime_error in words.
  Access access(const StorageParameters& parameters) const;

  /// What was last written to each block, all of it stamped. Fills the target when that is not so.
  VerifyTable* verify_table(const RunControl& control);
  /// Blocks were written that carry no stamps.
  void forget_stamps() { checkable_ = false; }
  bool is_checkable() const { return checkable_; }

  /// To be called before a case on these targets. May take up to a second, until their devices may
  /// be asked.
  static void begin_cases(std::span<StorageSession* const> members);
  /// What the device itself counted since then; nothing where it does not tell.
  std::optional<DeviceCase> end_case();
  /// The device goes on with what the process left to it: what it last counted is no beginning of
  /// another case.
  void device_was_busy();

  const std::string& target_id() const { return target_id_; }
  /// Of the whole disk; empty when unknown.
  const std::string& device_path() const { return device_path_; }
  std::uint64_t span_bytes() const { return span_bytes_; }
  std::optional<std::uint32_t> numa_node() const { return numa_node_; }

 private:
  void open(const Target& target, const DeviceGuard& guard);
  bool may_write() const { return file_.has_value() || overwritten_; }
  int fd() const { return file_ ? file_->fd() : device_.get(); }
  Access passthrough_access() const;

  /// What the device and the kernel had counted at one moment.
  struct Reading {
    std::chrono::steady_clock::time_point time;
    VendorStatistics device;
    OwnBytes own;
  };
  /// What the device last answered, to whichever of the targets on it: it is asked once a second.
  struct Answers {
    std::chrono::steady_clock::time_point asked{};
    std::optional<Reading> last;
  };
  static std::shared_ptr<Answers> answers_of(const std::string& device_path);
  std::optional<Reading> statistics();
  bool last_reading_serves() const;
  void await_statistics() const;
  void begin_case();

  std::uint64_t seed_;
  std::string target_id_;
  std::optional<std::uint32_t> numa_node_;
  std::string device_path_;
  AdminCommand admin_;
  std::shared_ptr<Answers> answers_;
  std::optional<Reading> before_;  // the case that runs
  std::uint64_t span_bytes_;
  std::optional<TestFile> file_;
  FileHandle device_;
  bool overwritten_ = false;
  std::optional<Preparation> preparation_;
  std::unique_ptr<VerifyTable> verify_;
  bool checkable_ = false;  // every block carries the stamp that verify_ knows
};

}  // namespace assay
