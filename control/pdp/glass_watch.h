// SPDX-License-Identifier: Apache-2.0
// Break-glass grants may be opened while control is gone. At each connection of the dataplane those
// that are open go into the audit log, each once in a run of control, and the log says so.
#pragma once

#include <set>
#include <string>

#include "base/clock.h"
#include "push/dataplane_link.h"
#include "store/audit_log.h"

namespace bulkhead::control {

class GlassWatch {
 public:
  // All outlive it.
  GlassWatch(DataplaneLink& link, AuditLog& audit, const Clock& clock)
      : link_(link), audit_(audit), clock_(clock) {}

  void on_connected();  // on the link's own thread

 private:
  DataplaneLink& link_;
  AuditLog& audit_;
  const Clock& clock_;
  std::set<std::string> entered_;
};

}  // namespace bulkhead::control
