#include "runners/discovery/direct_io.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace assay {

namespace {

constexpr std::size_t block_bytes = 4096;

// O_DIRECT wants the address, the offset and the length aligned to the logical block size, which is
// at most 4 KiB on the devices we measure.
struct alignas(block_bytes) Block {
  std::array<char, block_bytes> bytes{};
};

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : value_(other.value_) { other.value_ = -1; }
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  int get() const { return value_; }

 private:
  int value_;
};

/// EINVAL is how a file system or driver refuses O_DIRECT; anything else (no space, no permission)
/// says nothing about it.
DirectIoAnswer failure(const std::string& what, int error) {
  const bool refused = error == EINVAL || error == EOPNOTSUPP;
  return {refused ? DirectIo::refused : DirectIo::unknown,
          fmt::format("{}: {}", what, std::generic_category().message(error))};
}

DirectIoAnswer transfer(int file, const std::string& directory) {
  Block written;
  Block read_back;
  std::fill(written.bytes.begin(), written.bytes.end(), '\x5a');
  errno = 0;
  if (pwrite(file, written.bytes.data(), block_bytes, 0) != ssize_t{block_bytes}) {
    return failure("write 4 KiB with O_DIRECT in " + directory, errno == 0 ? ENOSPC : errno);
  }
  errno = 0;
  if (pread(file, read_back.bytes.data(), block_bytes, 0) != ssize_t{block_bytes}) {
    return failure("read 4 KiB with O_DIRECT in " + directory, errno == 0 ? EIO : errno);
  }
  if (written.bytes != read_back.bytes) {
    return {DirectIo::refused, "reading back with O_DIRECT in " + directory + " gave other data"};
  }
  return {DirectIo::works, {}};
}

bool means_no_nameless_files(int error) {
  return error == EOPNOTSUPP || error == EISDIR || error == ENOENT;
}

/// O_DIRECT is set only after the name is gone: an open that creates the file and then refuses the
/// flag would leave it behind.
DirectIoAnswer try_with_name(const std::string& directory) {
  std::string name = directory + "/.assay-probe-XXXXXX";
  const Descriptor file(mkostemp(name.data(), O_CLOEXEC));
  if (file.get() < 0) return failure("create a file in " + directory, errno);
  if (unlink(name.c_str()) != 0) return failure("remove " + name, errno);
  if (fcntl(file.get(), F_SETFL, O_DIRECT) != 0) {
    return failure("set O_DIRECT on a file in " + directory, errno);
  }
  return transfer(file.get(), directory);
}

}  // namespace

DirectIoAnswer try_direct_io_in_directory(const std::string& directory) {
  constexpr mode_t owner_only = 0600;
  const Descriptor file(
      open(directory.c_str(), O_TMPFILE | O_RDWR | O_DIRECT | O_CLOEXEC, owner_only));
  if (file.get() >= 0) return transfer(file.get(), directory);
  if (means_no_nameless_files(errno)) return try_with_name(directory);
  return failure("open a file with O_DIRECT in " + directory, errno);
}

DirectIoAnswer try_direct_read(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return failure("open " + path + " with O_DIRECT", errno);
  Block block;
  if (pread(file.get(), block.bytes.data(), block_bytes, 0) < 0) {
    return failure("read " + path + " with O_DIRECT", errno);
  }
  return {DirectIo::works, {}};
}

}  // namespace assay
