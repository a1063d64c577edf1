#include "bench/gpu/run_with_deadline.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace assay {
namespace {

using Time = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_interval{50};
constexpr std::chrono::seconds grace_after_stop{10};

/// What both threads see; it lives until the later of the two is done with it.
struct Shared {
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::condition_variable done_changed;
  bool done = false;
  bool abandoned = false;
  std::function<void(const LiveRates&)> on_progress;
  std::optional<CaseResult> result;
  std::exception_ptr failure;
};

void carry_out(const std::shared_ptr<Shared>& shared, const GpuWork& work) {
  RunControl control;
  control.stop = &shared->stop;
  control.on_progress = [&shared](const LiveRates& rates) {
    const std::lock_guard lock(shared->mutex);
    if (!shared->abandoned && shared->on_progress) shared->on_progress(rates);
  };
  std::optional<CaseResult> result;
  std::exception_ptr failure;
  try {
    result = work(control);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(shared->mutex);
  shared->result = std::move(result);
  shared->failure = failure;
  shared->done = true;
  shared->done_changed.notify_all();
}

}  // namespace

std::optional<CaseResult> run_with_deadline(GpuWork work, double deadline_s,
                                            const RunControl& control) {
  const auto shared = std::make_shared<Shared>();
  shared->on_progress = control.on_progress;
  std::thread([shared, work = std::move(work)] { carry_out(shared, work); }).detach();
  Time::time_point deadline = Time::now() + std::chrono::duration_cast<Time::duration>(
                                                std::chrono::duration<double>(deadline_s));
  std::unique_lock lock(shared->mutex);
  while (!shared->done && Time::now() < deadline) {
    shared->done_changed.wait_for(lock, look_interval);
    if (control.stop_requested() && !shared->stop) {
      shared->stop = true;
      deadline = std::min(deadline, Time::now() + grace_after_stop);
    }
  }
  if (!shared->done) {
    shared->abandoned = true;
    return std::nullopt;
  }
  if (shared->failure) std::rethrow_exception(shared->failure);
  return std::move(shared->result);
}

}  // namespace assay
