#include "bench/storage/storage_session.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <linux/nvme_ioctl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <bit>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "bench/measure/not_applicable.hpp"
#include "bench/measure/random.hpp"
#include "bench/storage/read_only.hpp"
#include "bench/storage/storage_case.hpp"
#include "bench/storage/storage_parts.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

/// The device answers at most one query of its statistics a second.
constexpr std::chrono::seconds query_interval{1};
/// Less than this was written by the journal and the progress: no target was read or written.
constexpr std::uint64_t idle_bytes_max = 1U << 20;

std::string words(int error) { return std::generic_category().message(error); }

/// Another descriptor of what fd is open on.
FileHandle reopen(int fd, int flags) {
  FileHandle again(open(fmt::format("/proc/self/fd/{}", fd).c_str(), flags | O_CLOEXEC));
  if (!again.valid()) {
    throw std::runtime_error(fmt::format("open the target again: {}", words(errno)));
  }
  return again;
}

/// Where the kernel keeps what it knows of an open device node.
std::filesystem::path sysfs_of(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return {};
  const char* kind = S_ISBLK(status.st_mode) ? "block" : S_ISCHR(status.st_mode) ? "char" : nullptr;
  if (kind == nullptr) return {};
  std::error_code error;
  return std::filesystem::canonical(
      fmt::format("/sys/dev/{}/{}:{}", kind, major(status.st_rdev), minor(status.st_rdev)), error);
}

/// Whether a character node and a block node lead to one NVMe namespace: siblings in sysfs, ng0n1
/// beside nvme0n1. Nobody looked at the character node before, and commands pass every lock.
bool same_namespace(int character_fd, int block_fd) {
  const std::filesystem::path character = sysfs_of(character_fd);
  const std::filesystem::path block = sysfs_of(block_fd);
  const std::string block_name = block.filename().string();
  return !character.empty() && !block.empty() && character.parent_path() == block.parent_path() &&
         block_name.rfind("nvme", 0) == 0 &&
         character.filename().string() == "ng" + block_name.substr(4);
}

/// "/dev/ng0n1", the character node of the namespace of "nvme0n1"; empty for other devices.
std::string character_node(const std::string& device_path) {
  const std::string prefix = "/dev/nvme";
  if (device_path.rfind(prefix, 0) != 0) return {};
  return "/dev/ng" + device_path.substr(prefix.size());
}

}  // namespace

StorageSession::StorageSession(const Target& target, std::uint64_t seed, const RunControl& control,
                               AdminCommand admin, const DeviceGuard& guard,
                               std::uint64_t filled_before_bytes)
    : seed_(seed),
      target_id_(target.id),
      numa_node_(target.numa_node),
      device_path_(target.device.empty() ? std::string() : "/dev/" + target.device),
      admin_(std::move(admin)),
      answers_(answers_of(device_path_)),
      span_bytes_(target.span_bytes) {
  const auto start = std::chrono::steady_clock::now();
  open(target, guard);
  if (!may_write()) return;
  const bool goes_on = overwritten_ && filled_before_bytes > 0 &&
                       is_still_written(target.path, filled_before_bytes, seed);
  const std::uint64_t from = goes_on ? filled_before_bytes : 0;
  if (from >= span_bytes_) return;
  Preparation preparation;
  preparation.target = target.id;
  preparation.what = std::string("sequential fill of the ") +
                     (overwritten_ ? "device's span" : "test file") +
                     ", incompressible data, then fdatasync";
  if (from > 0) {
    preparation.what += ", going on after " + format_bytes(static_cast<double>(from));
  }
  preparation.bytes = fill_sequentially(fd(), span_bytes_, seed_for(seed, target.id), control,
                                        FillData::unique, from);
  preparation.elapsed_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  preparation_ = preparation;
}

void StorageSession::open(const Target& target, const DeviceGuard& guard) {
  if (target.kind == TargetKind::file_system) {
    file_.emplace(target.path, target.span_bytes);
  } else if (target.overwrite) {
    device_ = open_to_overwrite(target, guard);
    overwritten_ = true;
  } else {
    device_ = open_to_read(target.path);
  }
}

/// The interval is the device's, and several targets may lie on one.
std::shared_ptr<StorageSession::Answers> StorageSession::answers_of(
    const std::string& device_path) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<Answers>> by_device;
  const std::lock_guard lock(mutex);
  std::weak_ptr<Answers>& known = by_device[device_path];
  std::shared_ptr<Answers> answers = known.lock();
  if (!answers) {
    answers = std::make_shared<Answers>();
    known = answers;
  }
  return answers;
}

/// A case that is shorter than the device's interval goes without.
std::optional<StorageSession::Reading> StorageSession::statistics() {
  const auto now = std::chrono::steady_clock::now();
  if (device_path_.empty()) return std::nullopt;
  answers_->last.reset();
  if (now - answers_->asked < query_interval) return std::nullopt;
  std::optional<VendorStatistics> device = read_vendor_statistics(device_path_, admin_);
  answers_->asked = std::chrono::steady_clock::now();
  if (device) answers_->last = Reading{now, std::move(*device), read_own_bytes()};
  return answers_->last;
}

/// The reading at a case's end serves the next where the device must not be asked again yet and
/// this process has left all targets alone since then, as far as the kernel counts. A fill, the
/// page cache's warming or a short case of another target are none of the next case.
bool StorageSession::last_reading_serves() const {
  const auto now = std::chrono::steady_clock::now();
  if (!answers_->last || now - answers_->asked >= query_interval) return false;
  const OwnBytes own = read_own_bytes();
  const OwnBytes& before = answers_->last->own;
  return own.valid && before.valid &&
         own.read + own.written - before.read - before.written < idle_bytes_max;
}

void StorageSession::await_statistics() const {
  if (!answers_->last || last_reading_serves()) return;
  std::this_thread::sleep_until(answers_->asked + query_interval);
}

void StorageSession::begin_case() {
  if (!last_reading_serves()) {
    before_ = statistics();
    return;
  }
  // The counters stood still meanwhile: only the time is another.
  before_ = answers_->last;
  before_->time = std::chrono::steady_clock::now();
}

void StorageSession::begin_cases(std::span<StorageSession* const> members) {
  // What one waits is no time of another's case.
  for (const StorageSession* member : members) member->await_statistics();
  for (StorageSession* member : members) member->begin_case();
}

std::optional<DeviceCase> StorageSession::end_case() {
  const std::optional<Reading> last = statistics();
  if (!before_ || !last) return std::nullopt;
  const Reading& after = *last;
  const std::chrono::duration<double> elapsed = after.time - before_->time;
  const OwnBytes own{after.own.read - before_->own.read, after.own.written - before_->own.written,
                     before_->own.valid && after.own.valid};
  const auto during = statistics_between(before_->device, after.device);
  if (!during || !(elapsed.count() > 0)) return std::nullopt;
  return DeviceCase{*during, elapsed.count(), own};
}

void StorageSession::device_was_busy() {
  if (answers_->last) answers_->last->own.valid = false;
}

StorageSession::Access StorageSession::access(const StorageParameters& parameters) const {
  if (!may_write() && parameters.operation != Operation::read) {
    throw std::logic_error("a write case on a target that is only read");
  }
  Access access;
  if (parameters.engine == Engine::nvme_passthrough) return passthrough_access();
  if (parameters.durability == Durability::dsync) {
    access.owned =
        parameters.direct ? reopen_direct(fd(), O_DSYNC) : reopen(fd(), O_RDWR | O_DSYNC);
  } else if (!parameters.direct) {
    access.owned = reopen(fd(), may_write() ? O_RDWR : O_RDONLY);
  }
  access.fd = access.owned.valid() ? access.owned.get() : fd();
  leave_access_time(access.fd);
  return access;
}

StorageSession::Access StorageSession::passthrough_access() const {
  const std::string path = character_node(device_path_);
  if (file_ || path.empty()) {
    throw NotApplicable("NVMe passthrough needs an NVMe device as target, not a file");
  }
  Access access;
  access.owned = FileHandle(::open(path.c_str(), (may_write() ? O_RDWR : O_RDONLY) | O_CLOEXEC));
  if (!access.owned.valid()) {
    throw std::runtime_error(fmt::format("open {} for NVMe passthrough: {}{}", path, words(errno),
                                         errno == EACCES ? " (run as root)" : ""));
  }
  access.fd = access.owned.get();
  if (!same_namespace(access.fd, fd())) {
    throw std::runtime_error(
        fmt::format("{} is not the character node of the device that is held open: names have "
                    "changed, start again",
                    path));
  }
  const int id = ioctl(access.fd, NVME_IOCTL_ID);
  int block_bytes = 0;
  if (id < 0 || ioctl(fd(), BLKSSZGET, &block_bytes) != 0 || block_bytes <= 0) {
    throw std::runtime_error(
        fmt::format("{} does not tell its NVMe namespace: {}", path, words(errno)));
  }
  access.name_space.id = static_cast<std::uint32_t>(id);
  access.name_space.block_shift =
      static_cast<std::uint32_t>(std::countr_zero(static_cast<unsigned>(block_bytes)));
  return access;
}

/// Blocks that can be checked are written once, and again after a case that wrote others.
VerifyTable* StorageSession::verify_table(const RunControl& control) {
  if (!may_write()) throw std::logic_error("verification on a target that is only read");
  if (checkable_) return verify_.get();
  const std::uint64_t seed = seed_for(seed_, target_id_ + "/verify");
  if (!verify_) verify_ = std::make_unique<VerifyTable>(span_bytes_, seed);
  fill_sequentially(fd(), span_bytes_, seed, control, FillData::checkable);
  verify_->filled();
  checkable_ = true;
  return verify_.get();
}

CaseResult StorageSession::run(const Case& item, const RunControl& control) {
  StorageSession* self = this;
  CaseResult result = run_storage_case(item, {&self, 1}, seed_, control);
  describe_stop(item, result);
  return result;
}

}  // namespace assay
