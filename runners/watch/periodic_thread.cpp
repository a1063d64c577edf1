#include "runners/watch/periodic_thread.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>

namespace assay {

PeriodicThread::PeriodicThread(std::chrono::milliseconds period, std::function<void()> step)
    : step_(std::move(step)), stop_(eventfd(0, EFD_CLOEXEC)) {
  if (!stop_.valid()) throw std::runtime_error("eventfd failed");
  // A signal must interrupt the threads that measure, which wait for it.
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this, period] { loop(period); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

PeriodicThread::~PeriodicThread() {
  eventfd_write(stop_.get(), 1);
  thread_.join();
}

void PeriodicThread::loop(std::chrono::milliseconds period) {
  while (true) {
    step_();
    pollfd waiting{stop_.get(), POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(period.count())) != 0) return;
  }
}

}  // namespace assay
