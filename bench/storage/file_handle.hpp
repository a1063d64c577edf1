#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace assay {

/// Owns a file descriptor.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int fd) : fd_(fd) {}
  ~FileHandle() {
    if (fd_ >= 0) close(fd_);
  }
  FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Reads through fd no longer update the file's access time: that costs instructions in the kernel
/// for each read, now and then a journal write, and would be a change to a file that is only read.
/// Best effort: the kernel allows it to the file's owner and to root.
inline void leave_access_time(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NOATIME); }

}  // namespace assay
