#pragma once

#include <functional>
#include <string>

#include "runners/identity/imds_client.hpp"

namespace assay {

/// The words for the answer of spot/instance-action ({"action":"terminate","time":"...Z"}); empty
/// where it is no such notice.
std::string spot_notice_text(const std::string& answer);

/// Asks the metadata service whether this instance is about to be taken away. A service that fails
/// is asked again next time. Not thread-safe: called from one thread.
class SpotWatch {
 public:
  /// `on_notice` gets the words of the first notice, `on_rebalance` those of the first
  /// recommendation to rebalance, which is no reason to stop yet.
  SpotWatch(ImdsOptions options, std::function<void(const std::string&)> on_notice,
            std::function<void(const std::string&)> on_rebalance);

  void ask();

 private:
  ImdsClient client_;
  std::function<void(const std::string&)> on_notice_;
  std::function<void(const std::string&)> on_rebalance_;
  bool noticed_ = false;
  bool rebalanced_ = false;
};

}  // namespace assay
