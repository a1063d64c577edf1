#pragma once

#include <cstdint>
#include <string>

namespace assay {

/// Owns a loop device over a file of the test; it is detached when the test ends. `skip_reason` is
/// not empty where this user or this kernel cannot have one.
class LoopDevice {
 public:
  enum class Mode { read_write, read_only };
  LoopDevice(const std::string& file, Mode mode = Mode::read_write, std::uint64_t offset = 0);
  ~LoopDevice();
  LoopDevice(const LoopDevice&) = delete;
  LoopDevice& operator=(const LoopDevice&) = delete;

  const std::string& path() const { return path_; }
  std::string name() const { return path_.substr(5); }
  const std::string& skip_reason() const { return skip_reason_; }

 private:
  int fd_ = -1;
  std::string path_;
  std::string skip_reason_;
};

}  // namespace assay
