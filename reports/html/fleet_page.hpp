#pragma once

#include <string>
#include <string_view>

#include "reports/fleet/fleet_tables.hpp"

namespace assay {

/// One page on a fleet, of one run or ten thousand: best types, overview, cost, measured against
/// advertised, a section for each family. It embeds the headline values of every run, not the
/// Results. Pictures are left out from the last family on until the page is at most
/// `fleet_page_bytes_max`, and the page says so.
std::string render_fleet_html(const FleetReport& report);
constexpr std::size_t fleet_page_bytes_max = 2U << 20;

/// Whether a text is such a page; what it then says of itself, for those who want more from it.
bool is_fleet_page(std::string_view html);
std::string fleet_page_words();

}  // namespace assay
