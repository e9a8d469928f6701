// SPDX-License-Identifier: Apache-2.0

/// Replaced by the first file of the workshop.
enum Placeholder {}
