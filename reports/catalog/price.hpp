#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// How an instance is paid for. `reserved_3y`: three years all upfront, as dollars an hour over
/// those years: a standard reservation, or an EC2 Instance Savings Plan where the source says so.
enum class PurchaseOption { on_demand, spot, reserved_3y, user_given };

/// Where a value of the catalog comes from: built into the program, or given by the user.
enum class Origin { embedded, user };

/// What one instance costs an hour (Linux, shared tenancy), with who says so and when.
struct Price {
  std::string instance_type;
  std::string region;
  PurchaseOption option = PurchaseOption::on_demand;
  std::string availability_zone;  // of spot: the zone's id, or its name where only that is known
  std::string source;
  std::string date;  // of the price, YYYY-MM-DD; empty when the source does not say
  double usd_per_hour = 0;
  Origin origin = Origin::embedded;
};

/// "on-demand", "spot", "reserved-3y", "user-given": the words of options and tables.
std::string_view option_word(PurchaseOption option);
std::optional<PurchaseOption> option_of_word(std::string_view word);

/// "built in", "user"
std::string_view origin_word(Origin origin);

/// Days from one YYYY-MM-DD (what follows is ignored) to another; empty when either is no date.
std::optional<long> days_between(std::string_view from, std::string_view to);

/// Prices change: those older than this are marked.
constexpr long price_days_max = 90;

/// " (127 days old)" when the price is older than price_days_max on the day `today`, " (undated)"
/// when it has no date, otherwise empty.
std::string age_mark(const Price& price, std::string_view today);

/// "on-demand us-east-1, aws/karpenter-provider-aws, 2026-07-20 (127 days old)"
std::string price_text(const Price& price, std::string_view today);

}  // namespace assay
