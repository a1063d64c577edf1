#include "runners/run/signals.hpp"

#include <signal.h>
#include <string.h>

#include <mutex>

namespace assay {

namespace {

// A handler can reach nothing but globals; both are lock-free atomics.
std::atomic<bool> stop{false};    // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<int> stop_signal{0};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

// Of request_stop(), which may come from another thread.
std::mutex reason_mutex;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::string reason_text;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void ask_for_stop(int signal_number) {
  stop_signal = signal_number;
  stop = true;
}

}  // namespace

void install_stop_signals() {
  struct sigaction action {};
  action.sa_handler = ask_for_stop;
  // No SA_RESTART: a wait for I/O must return. Reset: the second signal has its default effect.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

const std::atomic<bool>& stop_flag() { return stop; }

void request_stop(const std::string& reason) {
  {
    const std::lock_guard<std::mutex> lock(reason_mutex);
    if (reason_text.empty()) reason_text = reason;
  }
  stop = true;
}

std::string stop_reason() {
  const int number = stop_signal;
  if (number == 0) {
    const std::lock_guard<std::mutex> lock(reason_mutex);
    return reason_text;
  }
  const char* name = sigabbrev_np(number);
  return name == nullptr ? std::to_string(number) : std::string("SIG") + name;
}

}  // namespace assay
