// SPDX-License-Identifier: Apache-2.0
// All exports of the start-up file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/export_config.h"
#include "export/event_export.h"

namespace bulkhead::control {

class Exports {
 public:
  // `json`: an event as a line of JSON. What is given outlives it. No sink has to be there: what
  // is not, is tried again. Errors: kExhausted, of the hub.
  static Result<std::unique_ptr<Exports>> start(const std::vector<ExportConfig>& configs,
                                                const std::string& gateway, EventHub& hub,
                                                EventExport::Format json, const Clock& clock);

  // The last events, as far as that works without waiting.
  void stop();
  [[nodiscard]] std::vector<ExportReading> readings() const;

 private:
  std::vector<std::unique_ptr<EventExport>> all_;
};

}  // namespace bulkhead::control
