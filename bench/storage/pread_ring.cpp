#include "bench/storage/pread_ring.hpp"

#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace assay {

PreadRing::PreadRing(const UringSetup& setup)
    : memory_(setup.block_size), fd_(setup.fd), size_(setup.block_size) {
  fill_incompressible(memory_.bytes(), setup.seed);
}

std::int32_t PreadRing::transfer(const Pending& io) const {
  const auto offset = static_cast<off_t>(io.offset);
  ssize_t result = 0;
  switch (io.kind) {
    case IoKind::read:
      result = pread(fd_, memory_.bytes().data(), size_, offset);
      break;
    case IoKind::write:
      result = pwrite(fd_, memory_.bytes().data(), size_, offset);
      break;
    case IoKind::fdatasync:
      result = fdatasync(fd_);
      break;
  }
  return static_cast<std::int32_t>(result < 0 ? -errno : result);
}

void PreadRing::submit_and_wait() {
  if (!pending_) return;
  ++system_calls_;
  const Pending io = *std::exchange(pending_, std::nullopt);
  done_ = Done{io.slot, transfer(io)};
}

void PreadRing::submit_and_wait_for(std::uint64_t wait_ns) {
  if (pending_) return submit_and_wait();
  if (done_ || wait_ns < polled_wait_ns) return;
  const timespec pause{0, static_cast<long>(wait_ns - polled_wait_ns)};
  ++system_calls_;
  nanosleep(&pause, nullptr);
}

}  // namespace assay
