#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "bench/storage/file_handle.hpp"

namespace assay {

/// Owns a thread that calls `step` at once and then every `period` (counted from the end of a
/// step), asleep in between without waking up. It takes no signals. Its end is awaited: a step that
/// runs is finished first.
class PeriodicThread {
 public:
  PeriodicThread(std::chrono::milliseconds period, std::function<void()> step);
  ~PeriodicThread();
  PeriodicThread(const PeriodicThread&) = delete;
  PeriodicThread& operator=(const PeriodicThread&) = delete;
  PeriodicThread(PeriodicThread&&) = delete;
  PeriodicThread& operator=(PeriodicThread&&) = delete;

 private:
  void loop(std::chrono::milliseconds period);

  std::function<void()> step_;
  FileHandle stop_;  // an eventfd, readable when the thread is to end
  std::thread thread_;
};

}  // namespace assay
