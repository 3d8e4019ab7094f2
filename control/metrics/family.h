// SPDX-License-Identifier: Apache-2.0
// Prometheus metric families, written short.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace bulkhead::control {

using Families = std::vector<prometheus::MetricFamily>;
using Labels = std::vector<prometheus::ClientMetric::Label>;

// The family is valid until the next one is added. Names as docs/metrics.md lists them.
prometheus::MetricFamily& add_counter(Families& all, const char* name, const char* help);
prometheus::MetricFamily& add_gauge(Families& all, const char* name, const char* help);
prometheus::MetricFamily& add_histogram(Families& all, const char* name, const char* help);

// One series of a counter or gauge.
void add(prometheus::MetricFamily& family, double value, Labels labels = {});
inline void add(prometheus::MetricFamily& family, uint64_t value, Labels labels = {}) {
  add(family, static_cast<double>(value), std::move(labels));
}
inline void add(prometheus::MetricFamily& family, bool value, Labels labels = {}) {
  add(family, value ? 1.0 : 0.0, std::move(labels));
}

// With that one series.
void gauge(Families& all, const char* name, const char* help, double value);
void counter(Families& all, const char* name, const char* help, uint64_t value);

}  // namespace bulkhead::control
