#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "runners/upload/put_object.hpp"

namespace assay {

/// Brings a journal that grows to its destination while the run goes on, as a whole each time, at
/// most every 10 s and only when it has grown: a machine that vanishes loses the running case only.
/// Called from one thread, every few seconds.
class JournalUpload {
 public:
  /// `on_trouble` gets the words of the first failure after a success.
  JournalUpload(UploadSetting setting, std::string path,
                std::function<void(const std::string&)> on_trouble);

  void step();

 private:
  UploadSetting setting_;
  std::string path_;
  std::function<void(const std::string&)> on_trouble_;
  std::uintmax_t uploaded_bytes_ = 0;
  std::chrono::steady_clock::time_point earliest_;
  bool in_trouble_ = false;
};

}  // namespace assay
