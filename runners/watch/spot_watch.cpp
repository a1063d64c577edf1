#include "runners/watch/spot_watch.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <regex>

namespace assay {

namespace {

std::string text_of(const nlohmann::json& document, const char* name, const char* pattern) {
  if (!document.is_object() || !document.contains(name)) return {};
  const nlohmann::json& value = document[name];
  if (!value.is_string()) return {};
  const std::string text = value.get<std::string>();
  return text.size() < 60 && std::regex_match(text, std::regex(pattern)) ? text : std::string();
}

constexpr const char* time_pattern = "[0-9T:.-]{10,30}Z";

}  // namespace

std::string spot_notice_text(const std::string& answer) {
  const auto document = nlohmann::json::parse(answer, nullptr, false);
  const std::string action = text_of(document, "action", "terminate|stop|hibernate");
  if (action.empty()) return {};
  const std::string time = text_of(document, "time", time_pattern);
  return fmt::format("EC2's spot notice ({}{})", action, time.empty() ? "" : " at " + time);
}

SpotWatch::SpotWatch(ImdsOptions options, std::function<void(const std::string&)> on_notice,
                     std::function<void(const std::string&)> on_rebalance)
    : client_(std::move(options)),
      on_notice_(std::move(on_notice)),
      on_rebalance_(std::move(on_rebalance)) {}

void SpotWatch::ask() {
  if (noticed_) return;
  try {
    const auto action = client_.get("/latest/meta-data/spot/instance-action");
    const std::string notice = spot_notice_text(action.value_or(""));
    if (!notice.empty()) {
      noticed_ = true;
      on_notice_(notice);
      return;
    }
    if (rebalanced_) return;
    const auto advice = client_.get("/latest/meta-data/events/recommendations/rebalance");
    if (!advice) return;
    const auto document = nlohmann::json::parse(*advice, nullptr, false);
    const std::string time = text_of(document, "noticeTime", time_pattern);
    if (time.empty()) return;
    rebalanced_ = true;
    on_rebalance_(
        fmt::format("EC2 recommends to rebalance (at {}): this instance may be taken away "
                    "soon",
                    time));
  } catch (const ImdsError&) {
    return;  // asked again in a moment
  }
}

}  // namespace assay
