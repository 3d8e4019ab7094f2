// SPDX-License-Identifier: Apache-2.0
#include "config/approval_config.h"

namespace bulkhead::control {

ApprovalConfig read_approval(config::MapReader& outer) {
  ApprovalConfig out;
  const config::Node* node = outer.optional("approval");
  if (node == nullptr) return out;
  config::MapReader map(*node, "approval", outer.problems());
  (void)map.required("required_for");
  for (const std::string& what : map.optional_strings("required_for")) {
    if (what == "apply")
      out.apply = true;
    else if (what == "rollback")
      out.rollback = true;
    else if (what == "grant")
      out.grant = true;
    else
      map.error("required_for", "'" + what + "' is none of apply, rollback, grant");
  }
  out.expires_s =
      static_cast<uint32_t>(map.optional_number("expires_s", out.expires_s, 60, 30 * 86'400));
  map.finish();
  return out;
}

}  // namespace bulkhead::control
