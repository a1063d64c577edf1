#pragma once

#include <string>

#include "reports/model/host.hpp"

namespace assay::html {

/// Everything discovery found, as HTML tables under h3 headings.
std::string render_host_tables(const Host& host);

/// What is known of a machine that nobody looked at: the user's words for it.
std::string render_told_host(const Host& host);

}  // namespace assay::html
