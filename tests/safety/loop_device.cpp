#include "tests/safety/loop_device.hpp"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace assay {

LoopDevice::LoopDevice(const std::string& file, Mode mode, std::uint64_t offset) {
  const auto failed = [&](const std::string& what) {
    skip_reason_ = what + ": " + std::generic_category().message(errno);
  };
  const int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
  if (control < 0) {
    failed("open /dev/loop-control");
    return;
  }
  const int flags = mode == Mode::read_only ? O_RDONLY : O_RDWR;
  const int backing = open(file.c_str(), flags | O_CLOEXEC);
  loop_config config{};
  config.fd = static_cast<unsigned>(backing);
  config.info.lo_offset = offset;
  // The kernel detaches it with the last descriptor, even when the test is killed.
  config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
  if (mode == Mode::read_only) config.info.lo_flags |= LO_FLAGS_READ_ONLY;
  constexpr int attempts = 8;  // another process may take the free one first
  for (int i = 0; i < attempts && fd_ < 0; ++i) {
    const int index = ioctl(control, LOOP_CTL_GET_FREE);
    if (index < 0) break;
    path_ = "/dev/loop" + std::to_string(index);
    const int device = open(path_.c_str(), flags | O_CLOEXEC);
    if (device < 0) break;
    if (ioctl(device, LOOP_CONFIGURE, &config) == 0) {
      fd_ = device;
    } else {
      close(device);
    }
  }
  if (fd_ < 0) failed("set up a loop device");
  close(backing);
  close(control);
}

LoopDevice::~LoopDevice() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace assay
